package io.aetherkeep.health;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.catalogue.AuditAsks;
import io.aetherkeep.catalogue.HealthAsks;
import io.aetherkeep.catalogue.LeaseAsks;
import io.aetherkeep.catalogue.OverviewAsks;
import io.aetherkeep.catalogue.ProviderAsks;
import io.aetherkeep.health.settings.HealthSettings;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.RedisClock;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Verticle of the health of providers, Redis and nodes; every instance serves all spaces on its own
 * event loop.
 */
public final class HealthVerticle extends VerticleBase {

  private final Bus bus;
  private final Function<Vertx, HealthServices> wiring;

  private HealthVerticle(Bus bus, Function<Vertx, HealthServices> wiring) {
    this.bus = bus;
    this.wiring = wiring;
  }

  /** Returns a supplier of the instances of one node; one of them does the periodic work. */
  public static Supplier<HealthVerticle> instances(
      Bus bus, RedisAccess redis, HealthSettings settings) {
    return instances(bus, redis, settings, InstantSource.system(), redis::clock);
  }

  /** Returns a supplier of instances with the given clock, for tests. */
  static Supplier<HealthVerticle> instances(
      Bus bus, RedisAccess redis, HealthSettings settings, InstantSource clock) {
    return instances(bus, redis, settings, clock, space -> RedisClock.by(clock));
  }

  private static Supplier<HealthVerticle> instances(
      Bus bus,
      RedisAccess redis,
      HealthSettings settings,
      InstantSource clock,
      Function<Space, RedisClock> clocks) {
    SharedHealth node = SharedHealth.of(bus.id(), redis, clock);
    return () ->
        new HealthVerticle(
            bus, vertx -> new HealthServices(vertx, bus, redis, settings, clock, clocks, node));
  }

  @Override
  public Future<?> start() {
    HealthServices of = wiring.apply(vertx);
    return Future.all(
        List.of(
            of.upkeep.start(),
            bus.answer(OverviewAsks.ReadPast.class, of.node.samples()::read),
            bus.answer(OverviewAsks.ReadNodes.class, of.node.peers()::read),
            bus.answer(HealthAsks.ReadLiveness.class, of.node.loops()::read),
            bus.answer(HealthAsks.ReadReadiness.class, of.readiness::read),
            bus.answer(HealthAsks.ReadRedisHealth.class, of.redisState::read),
            bus.answer(AuditAsks.RecordKeyUses.class, of.audit::record),
            bus.answer(AuditAsks.ReadKeyUses.class, of.audit::uses),
            bus.answer(AuditAsks.RecordOperation.class, of.audit::append),
            bus.answer(AuditAsks.ListOperations.class, of.audit::list),
            bus.answer(HealthAsks.ReadSlowLog.class, of.slowLog::read),
            bus.answer(HealthAsks.RunSelfTest.class, of.selfTest::run),
            bus.answer(ProviderAsks.ReadProvider.class, of.providers::read),
            bus.answer(ProviderAsks.ListProviders.class, of.lists::list),
            bus.answer(ProviderAsks.ReportOutcomes.class, of.providers::report),
            bus.answer(LeaseAsks.LeaseProvider.class, of.leases::lease),
            bus.answer(LeaseAsks.ListLeases.class, of.leases::list),
            bus.answer(LeaseAsks.RenewLease.class, of.leases::renew),
            bus.answer(LeaseAsks.ReturnLease.class, of.leases::giveBack),
            bus.answer(ProviderAsks.WriteProvider.class, of.overrides::write),
            bus.answer(ProviderAsks.DisableProvider.class, of.overrides::disable),
            bus.answer(ProviderAsks.EnableProvider.class, of.overrides::enable)));
  }
}
