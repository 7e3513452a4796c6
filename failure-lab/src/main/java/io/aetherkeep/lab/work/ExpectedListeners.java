package io.aetherkeep.lab.work;

import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Expected listeners of one podcast: those that must be counted, and those that may be. */
public final class ExpectedListeners {

  /** A lease of 60 s, and the time until its expiry is noticed. */
  private static final Duration LEASE = Duration.ofSeconds(65);

  private static final long ALWAYS = Long.MAX_VALUE;

  private final String podcast = UUID.randomUUID().toString();
  private final Map<String, Seen> sessions = new ConcurrentHashMap<>();

  /** Whether a session listens for sure, or until when it may. */
  private record Seen(boolean sure, long until) {}

  String podcast() {
    return podcast;
  }

  public void listens(String session) {
    sessions.put(session, new Seen(true, ALWAYS));
  }

  /** A report of the session is not confirmed yet: the session may be counted. */
  public void mayListen(String session) {
    sessions.put(session, new Seen(false, ALWAYS));
  }

  /** The session's socket vanished: the session may be counted until its lease expires. */
  public void vanished(String session) {
    sessions.put(session, new Seen(false, System.nanoTime() + LEASE.toNanos()));
  }

  public void removeListener(String session) {
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
