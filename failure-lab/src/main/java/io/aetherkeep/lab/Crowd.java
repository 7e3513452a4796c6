package io.aetherkeep.lab;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/** Many clients, each with a work of its own, until they are stopped. */
final class Crowd {

  private static final Duration PAUSE = Duration.ofMillis(15);

  private final List<Work> works = new ArrayList<>();
  private final List<StatusWork> statuses = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final Tally tally;
  private volatile boolean stopped;

  Crowd(Cluster cluster, Tally tally) {
    this.tally = tally;
    for (int i = 0; i < 6; i++) {
      works.add(new SessionWork(new Client(cluster, tally)));
    }
    for (int i = 0; i < 4; i++) {
      works.add(new CacheWork(new Client(cluster, tally)));
    }
    for (int i = 0; i < 3; i++) {
      works.add(new OutcomeWork(new Client(cluster, tally)));
      works.add(new HistoryWork(new Client(cluster, tally)));
      StatusWork status = new StatusWork(new Client(cluster, tally), cluster.urls());
      statuses.add(status);
      works.add(status);
    }
  }

  void start() {
    for (Work work : works) {
      Thread thread = new Thread(() -> repeat(work), work.getClass().getSimpleName());
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }
  }

  private void repeat(Work work) {
    while (!stopped) {
      try {
        work.step();
      } catch (RuntimeException e) {
        tally.note(work.getClass().getSimpleName() + " failed: " + e);
      }
      Waiting.pass(PAUSE.plusMillis(ThreadLocalRandom.current().nextInt(10)));
    }
  }

  void stop() {
    stopped = true;
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** What is gone that should be there; where the clock jumps, what is counted by it is let be. */
  List<String> lost(Fault fault) {
    return all(
        works.stream()
            .filter(work -> !fault.name().contains("clock") || !(work instanceof OutcomeWork))
            .map(work -> work.lost(fault.kept())));
  }

  List<String> lost(boolean kept) {
    return all(works.stream().map(work -> work.lost(kept)));
  }

  List<String> revived() {
    return all(works.stream().map(Work::revived));
  }

  private static List<String> all(Stream<List<String>> each) {
    return each.flatMap(List::stream).toList();
  }

  /** How often a stream of events broke off. */
  int reconnects() {
    return statuses.stream().mapToInt(StatusWork::reconnects).sum();
  }
}
