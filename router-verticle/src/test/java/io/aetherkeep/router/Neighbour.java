package io.aetherkeep.router;

import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.CacheAsks.ReadEntries;
import io.aetherkeep.catalogue.CacheAsks.ReadEntry;
import io.aetherkeep.catalogue.CacheAsks.RemoveEntry;
import io.aetherkeep.catalogue.CacheAsks.WriteEntry;
import io.aetherkeep.catalogue.ConfigAsks.ReadConfig;
import io.aetherkeep.catalogue.ConfigAsks.RemoveConfig;
import io.aetherkeep.catalogue.ConfigAsks.RollbackConfig;
import io.aetherkeep.catalogue.ConfigAsks.WriteConfig;
import io.aetherkeep.catalogue.ConfigAsks.WriteConfigs;
import io.aetherkeep.catalogue.HealthAsks.ReadLiveness;
import io.aetherkeep.catalogue.HealthAsks.ReadReadiness;
import io.aetherkeep.catalogue.HealthAsks.ReadRedisHealth;
import io.aetherkeep.catalogue.HealthAsks.RunSelfTest;
import io.aetherkeep.catalogue.HistoryAsks.AppendHistory;
import io.aetherkeep.catalogue.HistoryAsks.ReadHistory;
import io.aetherkeep.catalogue.InvalidationAsks.InvalidateEntries;
import io.aetherkeep.catalogue.ListenerAsks.ReadListeners;
import io.aetherkeep.catalogue.ListenerAsks.ReadTop;
import io.aetherkeep.catalogue.PlaybackAsks.ReadPlayback;
import io.aetherkeep.catalogue.PlaybackAsks.ReportPlayback;
import io.aetherkeep.catalogue.ProviderAsks.DisableProvider;
import io.aetherkeep.catalogue.ProviderAsks.EnableProvider;
import io.aetherkeep.catalogue.ProviderAsks.ListProviders;
import io.aetherkeep.catalogue.ProviderAsks.ReadProvider;
import io.aetherkeep.catalogue.ProviderAsks.ReportOutcomes;
import io.aetherkeep.catalogue.ProviderAsks.WriteProvider;
import io.aetherkeep.catalogue.SessionAsks.EndSession;
import io.aetherkeep.catalogue.SessionAsks.ExtendSession;
import io.aetherkeep.catalogue.SessionAsks.OpenSession;
import io.aetherkeep.catalogue.SessionAsks.PatchSession;
import io.aetherkeep.catalogue.SessionAsks.ReadSession;
import io.aetherkeep.catalogue.SessionAsks.RotateSession;
import io.aetherkeep.catalogue.SessionListAsks.EndUserSessions;
import io.aetherkeep.catalogue.SessionListAsks.ListSessions;
import io.aetherkeep.catalogue.SessionListAsks.ListUserSessions;
import io.aetherkeep.catalogue.SessionListAsks.ReadSessionStats;
import io.aetherkeep.catalogue.StatusAsks.FollowStatus;
import io.aetherkeep.catalogue.StreamAsks.AppendToStream;
import io.aetherkeep.catalogue.StreamAsks.CreateStream;
import io.aetherkeep.catalogue.StreamAsks.DeleteStream;
import io.aetherkeep.catalogue.StreamAsks.DescribeStream;
import io.aetherkeep.catalogue.StreamAsks.ReadStream;
import io.aetherkeep.catalogue.StreamAsks.StopStream;
import io.aetherkeep.catalogue.StreamFollowAsks.FollowStream;
import io.aetherkeep.catalogue.StreamFollowAsks.FollowedStream;
import io.aetherkeep.catalogue.StreamFollowAsks.UnfollowStream;
import io.aetherkeep.catalogue.StreamListAsks.ReadStreamStats;
import io.aetherkeep.catalogue.TicketAsks.IssueTicket;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Verticle in place of all others, which answers as a test decides and records the asks.
 *
 * <p>It does not answer for the statistics of caches.
 */
final class Neighbour extends VerticleBase {

  private static final FollowedStream FOLLOWED = new FollowedStream(true);

  private final Bus bus;
  private final BlockingQueue<Ask<?>> asked = new LinkedBlockingQueue<>();
  private volatile Function<Ask<?>, Future<?>> answer = Neighbour::nothingThere;

  Neighbour(Bus bus) {
    this.bus = bus;
  }

  @Override
  public Future<?> start() {
    return Future.all(
        List.of(
            bus.answer(ReadEntry.class, this::take),
            bus.answer(ReadEntries.class, this::take),
            bus.answer(WriteEntry.class, this::take),
            bus.answer(RemoveEntry.class, this::take),
            bus.answer(InvalidateEntries.class, this::take),
            bus.answer(ReadConfig.class, this::take),
            bus.answer(WriteConfig.class, this::take),
            bus.answer(WriteConfigs.class, this::take),
            bus.answer(RemoveConfig.class, this::take),
            bus.answer(RollbackConfig.class, this::take),
            bus.answer(OpenSession.class, this::take),
            bus.answer(ReadSession.class, this::take),
            bus.answer(PatchSession.class, this::take),
            bus.answer(ExtendSession.class, this::take),
            bus.answer(RotateSession.class, this::take),
            bus.answer(EndSession.class, this::take),
            bus.answer(ListUserSessions.class, this::take),
            bus.answer(EndUserSessions.class, this::take),
            bus.answer(ListSessions.class, this::take),
            bus.answer(ReadSessionStats.class, this::take),
            bus.answer(AppendHistory.class, this::take),
            bus.answer(ReadHistory.class, this::take),
            bus.answer(ReportPlayback.class, this::take),
            bus.answer(ReadPlayback.class, this::take),
            bus.answer(ReadListeners.class, this::take),
            bus.answer(ReadTop.class, this::take),
            bus.answer(IssueTicket.class, this::take),
            bus.answer(ReadProvider.class, this::take),
            bus.answer(ListProviders.class, this::take),
            bus.answer(WriteProvider.class, this::take),
            bus.answer(ReportOutcomes.class, this::take),
            bus.answer(DisableProvider.class, this::take),
            bus.answer(EnableProvider.class, this::take),
            bus.answer(ReadLiveness.class, this::take),
            bus.answer(ReadReadiness.class, this::take),
            bus.answer(ReadRedisHealth.class, this::take),
            bus.answer(RunSelfTest.class, this::take),
            bus.answer(CreateStream.class, this::take),
            bus.answer(AppendToStream.class, this::take),
            bus.answer(ReadStream.class, this::take),
            bus.answer(ReadStreamStats.class, this::take),
            bus.answer(DescribeStream.class, this::take),
            bus.answer(DeleteStream.class, this::take),
            bus.answer(StopStream.class, this::take),
            bus.answer(FollowStream.class, ask -> Future.succeededFuture(FOLLOWED)),
            bus.answer(UnfollowStream.class, ask -> Future.succeededFuture(FOLLOWED)),
            bus.answer(FollowStatus.class, this::take)));
  }

  private static Future<?> nothingThere(Ask<?> ask) {
    return Future.failedFuture(Failure.of(Code.ENTRY_UNKNOWN, "No cache entry has this id"));
  }

  @SuppressWarnings("unchecked")
  private <A> Future<A> take(Ask<A> ask) {
    asked.add(ask);
    return (Future<A>) answer.apply(ask);
  }

  void answers(Object record) {
    answer = ask -> Future.succeededFuture(record);
  }

  void answersWith(Future<?> later) {
    answer = ask -> later;
  }

  void answersAll(Function<Ask<?>, Future<?>> each) {
    answer = each;
  }

  void fails(Code code, String detail) {
    answer = ask -> Future.failedFuture(Failure.of(code, detail));
  }

  /** The next recorded ask. */
  Ask<?> asked() throws InterruptedException {
    Ask<?> next = asked.poll(60, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("Nothing was asked");
    }
    return next;
  }

  boolean wasAskedNothing() {
    return asked.isEmpty();
  }

  void forget() {
    asked.clear();
    answer = Neighbour::nothingThere;
  }
}
