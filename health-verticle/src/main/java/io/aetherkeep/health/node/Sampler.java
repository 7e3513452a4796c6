package io.aetherkeep.health.node;

import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Bus;
import io.aetherkeep.catalogue.HealthAsks.Latency;
import io.aetherkeep.catalogue.ListenerAsks.Listeners;
import io.aetherkeep.catalogue.ListenerAsks.ReadTop;
import io.aetherkeep.catalogue.ListenerAsks.Top;
import io.aetherkeep.catalogue.OverviewAsks.ProviderSample;
import io.aetherkeep.catalogue.OverviewAsks.Sample;
import io.aetherkeep.catalogue.PlaybackAsks.PlaybackStats;
import io.aetherkeep.catalogue.PlaybackAsks.ReadPlaybackStats;
import io.aetherkeep.catalogue.ProviderAsks.ListProviders;
import io.aetherkeep.catalogue.ProviderAsks.ProviderHealth;
import io.aetherkeep.catalogue.ProviderAsks.ProviderList;
import io.aetherkeep.catalogue.SessionListAsks.ReadSessionStats;
import io.aetherkeep.catalogue.SessionListAsks.SessionStats;
import io.aetherkeep.health.redis.CanaryHealth;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Sampler of a space's statistics: asks this node's verticles over the bus and keeps the answers.
 *
 * <p>It never asks for counts of keys, which cost a scan and are only for readers.
 */
public final class Sampler {

  private static final Duration PATIENCE = Duration.ofMillis(900);
  private static final int MOST_PODCASTS = 20;
  private static final int MOST_PROVIDERS = 50;

  private final Bus bus;
  private final RecentSamples samples;
  private final InstantSource clock;

  public Sampler(Bus bus, RecentSamples samples, InstantSource clock) {
    this.bus = bus;
    this.samples = samples;
    this.clock = clock;
  }

  public Future<?> sample(String space, CanaryHealth canary) {
    Future<@Nullable SessionStats> sessions = asked(new ReadSessionStats(space));
    Future<@Nullable PlaybackStats> playback = asked(new ReadPlaybackStats(space));
    Future<@Nullable Top> top = asked(new ReadTop(space, MOST_PODCASTS));
    Future<@Nullable ProviderList> providers = asked(new ListProviders(space, null));
    return Future.all(List.of(sessions, playback, top, providers))
        .onSuccess(
            all ->
                samples.add(
                    space,
                    new Sample(
                        clock.instant().toString(),
                        sessions.result() == null ? null : sessions.result().live(),
                        playback.result() == null ? null : playback.result().listeners(),
                        podcasts(top.result()),
                        providers(providers.result()),
                        millis(canary))));
  }

  /** Asks; an answer that is late or fails is left out. */
  private <A> Future<@Nullable A> asked(Ask<A> ask) {
    return bus.ask(ask, PATIENCE).<@Nullable A>map(answer -> answer).otherwiseEmpty();
  }

  private static Map<String, Long> podcasts(@Nullable Top top) {
    return top == null
        ? Map.of()
        : top.items().stream()
            .collect(Collectors.toMap(Listeners::podcastId, Listeners::listeners));
  }

  private static Map<String, ProviderSample> providers(@Nullable ProviderList list) {
    return list == null
        ? Map.of()
        : list.items().stream()
            .limit(MOST_PROVIDERS)
            .collect(
                Collectors.toMap(
                    ProviderHealth::providerId,
                    one -> new ProviderSample(one.successRate(), one.avgLatency())));
  }

  private static @Nullable Double millis(CanaryHealth canary) {
    Latency latency = canary.latency();
    return latency == null ? null : latency.p50();
  }
}
