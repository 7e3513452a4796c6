package io.aetherkeep.lab;

import io.aetherkeep.lab.client.Client;
import io.aetherkeep.lab.client.RequestCounts;
import io.aetherkeep.lab.cluster.Cluster;
import io.aetherkeep.lab.cluster.Fault;
import io.aetherkeep.lab.cluster.Waiting;
import io.aetherkeep.lab.work.AudienceWork;
import io.aetherkeep.lab.work.CacheWork;
import io.aetherkeep.lab.work.ConfigWork;
import io.aetherkeep.lab.work.ExpectedListeners;
import io.aetherkeep.lab.work.HistoryWork;
import io.aetherkeep.lab.work.OutcomeWork;
import io.aetherkeep.lab.work.PlaybackWork;
import io.aetherkeep.lab.work.SessionWork;
import io.aetherkeep.lab.work.StatusWork;
import io.aetherkeep.lab.work.StreamWork;
import io.aetherkeep.lab.work.TagWork;
import io.aetherkeep.lab.work.UserWork;
import io.aetherkeep.lab.work.VisitorWork;
import io.aetherkeep.lab.work.Work;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.Supplier;

/** Pool of clients, one thread each, that repeat their work until they are stopped. */
final class ClientPool {

  private static final Duration WARM = Duration.ofSeconds(6);

  private final List<Work> works = new ArrayList<>();
  private final Work audience;
  private final List<Thread> threads = new ArrayList<>();
  private final RequestCounts tally;
  private volatile boolean stopped;

  ClientPool(Cluster cluster, RequestCounts tally) {
    this.tally = tally;
    ExpectedListeners presence = new ExpectedListeners();
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

  /**
   * Warms a cluster up: code that is not compiled yet is slow, which says nothing about a fault.
   */
  static void warm(Cluster cluster) {
    ClientPool clients = new ClientPool(cluster, new RequestCounts());
    clients.start();
    Waiting.pass(WARM);
    clients.stop();
    clients.lost(false);
    clients.leave();
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

  /** Returns what was lost; skips work whose data expire by the clock if the clock jumps. */
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

  /** Applies a function to all works in parallel, because many wait, and then to the audience. */
  private List<String> each(Function<Work, List<String>> what) {
    List<CompletableFuture<List<String>>> all =
        works.stream()
            .map(work -> CompletableFuture.supplyAsync(() -> what.apply(work), ClientPool::run))
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

  /** Returns how often a followed stream broke off. */
  int breaks() {
    return audience.breaks() + works.stream().mapToInt(Work::breaks).sum();
  }

  int resumed() {
    return works.stream().mapToInt(Work::resumed).sum();
  }

  int gaps() {
    return works.stream().mapToInt(Work::gaps).sum();
  }

  /** Removes the data of all works. */
  void leave() {
    each(
        work -> {
          work.leave();
          return List.of();
        });
  }
}
