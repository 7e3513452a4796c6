package io.aetherkeep.lab.work;

import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Who is to be counted as a listener of one podcast, and who may be. */
public final class ExpectedListeners {

  /** A lease of 60 s, and a moment in which it is noticed that one is over. */
  private static final Duration LEASE = Duration.ofSeconds(65);

  private static final long ALWAYS = Long.MAX_VALUE;

  private final String podcast = UUID.randomUUID().toString();
  private final Map<String, Seen> sessions = new ConcurrentHashMap<>();

  /** A session that listens for sure, or may do so for a while yet. */
  private record Seen(boolean sure, long until) {}

  String podcast() {
    return podcast;
  }

  public void listens(String session) {
    sessions.put(session, new Seen(true, ALWAYS));
  }

  /** It was said to listen, or not to, and that was not confirmed. */
  public void mayListen(String session) {
    sessions.put(session, new Seen(false, ALWAYS));
  }

  /** It vanished: its lease may go on, and no longer. */
  public void vanished(String session) {
    sessions.put(session, new Seen(false, System.nanoTime() + LEASE.toNanos()));
  }

  public void listensNot(String session) {
    sessions.remove(session);
  }

  public boolean admits(long listeners) {
    long now = System.nanoTime();
    sessions.values().removeIf(seen -> seen.until != ALWAYS && seen.until < now);
    long sure = sessions.values().stream().filter(Seen::sure).count();
    return listeners >= sure && listeners <= sessions.size();
  }

  @Override
  public String toString() {
    long sure = sessions.values().stream().filter(Seen::sure).count();
    return sure + " to " + sessions.size() + " listeners of " + podcast;
  }
}
