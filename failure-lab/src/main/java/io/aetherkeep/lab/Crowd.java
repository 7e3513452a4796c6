package io.aetherkeep.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.Supplier;

/** Many clients, each with a work of its own, until they are stopped. */
final class Crowd {

  private final List<Work> works = new ArrayList<>();
  private final Work audience;
  private final List<Thread> threads = new ArrayList<>();
  private final Tally tally;
  private volatile boolean stopped;

  Crowd(Cluster cluster, Tally tally) {
    this.tally = tally;
    Presence presence = new Presence();
    times(5, () -> new SessionWork(new Client(cluster, tally)));
    times(3, () -> new CacheWork(new Client(cluster, tally)));
    times(2, () -> new TagWork(new Client(cluster, tally)));
    times(2, () -> new UserWork(new Client(cluster, tally)));
    times(3, () -> new OutcomeWork(new Client(cluster, tally)));
    times(3, () -> new HistoryWork(new Client(cluster, tally)));
    times(3, () -> new StatusWork(new Client(cluster, tally), cluster.urls()));
    times(3, () -> new StreamWork(new Client(cluster, tally), works.size() % 2 == 0));
    times(2, () -> new ConfigWork(new Client(cluster, tally), "lab-" + works.size()));
    times(4, () -> new PlaybackWork(new Client(cluster, tally), presence));
    times(2, () -> new VisitorWork(new Client(cluster, tally), presence));
    this.audience = new AudienceWork(new Client(cluster, tally), presence);
  }

  private void times(int number, Supplier<Work> work) {
    for (int i = 0; i < number; i++) {
      works.add(work.get());
    }
  }

  void start() {
    works.forEach(this::start);
    start(audience);
  }

  private void start(Work work) {
    Thread thread = new Thread(() -> repeat(work), work.getClass().getSimpleName());
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  private void repeat(Work work) {
    while (!stopped) {
      try {
        work.step();
      } catch (RuntimeException e) {
        tally.note(work.getClass().getSimpleName() + " failed: " + e);
      }
      Waiting.pass(work.pause().plusMillis(ThreadLocalRandom.current().nextInt(10)));
    }
  }

  void stop() {
    stopped = true;
    tally.end();
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** What is gone that should be there; where the clock jumps, what ends by it is let be. */
  List<String> lost(Fault fault) {
    boolean jumps = fault.name().contains("clock");
    return each(work -> jumps && work.isTimed() ? List.of() : work.lost(fault.kept()));
  }

  List<String> lost(boolean kept) {
    return each(work -> work.lost(kept));
  }

  List<String> revived() {
    return each(Work::revived);
  }

  /** Asks all at once, for many have to wait; the audience when the others have said their last. */
  private List<String> each(Function<Work, List<String>> what) {
    List<CompletableFuture<List<String>>> all =
        works.stream()
            .map(work -> CompletableFuture.supplyAsync(() -> what.apply(work), Crowd::run))
            .toList();
    List<String> found = new ArrayList<>();
    all.forEach(each -> found.addAll(each.join()));
    found.addAll(what.apply(audience));
    return found;
  }

  private static void run(Runnable work) {
    Thread thread = new Thread(work, "looking");
    thread.setDaemon(true);
    thread.start();
  }

  /** How often what somebody followed broke off. */
  int breaks() {
    return audience.breaks() + works.stream().mapToInt(Work::breaks).sum();
  }

  int resumed() {
    return works.stream().mapToInt(Work::resumed).sum();
  }

  int gaps() {
    return works.stream().mapToInt(Work::gaps).sum();
  }

  /** All take away what they made. */
  void leave() {
    each(
        work -> {
          work.leave();
          return List.of();
        });
  }
}
