package io.aetherkeep.stream;

import io.aetherkeep.catalogue.StreamAsks.DescribeStream;
import io.aetherkeep.catalogue.SubscriptionAsks.AckWake;
import io.aetherkeep.catalogue.SubscriptionAsks.ClaimSubscription;
import io.aetherkeep.catalogue.SubscriptionAsks.PutSubscription;
import io.aetherkeep.catalogue.SubscriptionAsks.ReadSubscription;
import io.aetherkeep.catalogue.SubscriptionAsks.StreamAck;
import io.aetherkeep.catalogue.SubscriptionAsks.SubscribedStream;
import io.aetherkeep.catalogue.SubscriptionAsks.Subscription;
import io.aetherkeep.catalogue.SubscriptionAsks.SubscriptionConfig;
import io.aetherkeep.catalogue.SubscriptionAsks.SubscriptionPut;
import io.aetherkeep.catalogue.SubscriptionAsks.SubscriptionType;
import io.aetherkeep.catalogue.SubscriptionAsks.WakeAction;
import io.aetherkeep.catalogue.SubscriptionAsks.WakeClaim;
import io.aetherkeep.catalogue.SubscriptionAsks.WakeTarget;
import io.aetherkeep.delivery.AddressPolicy;
import io.aetherkeep.delivery.Network;
import io.aetherkeep.stream.settings.StreamSettings;
import io.aetherkeep.stream.settings.StreamSettings.Bounds;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The stream verticle with subscriptions, whose webhooks may go to this machine. */
abstract class SubscriptionDeployment extends StreamDeployment {

  protected static final String ROOT = "http://localhost/v1/stream/";
  protected static final long LEASE = 30_000;

  @Override
  protected StreamSettings settings() {
    return new StreamSettings(
        new Bounds(4 << 20, 1 << 20, 0, Duration.ZERO),
        Map.of(),
        Duration.ofMillis(20),
        new AddressPolicy(List.of(Network.parse("127.0.0.0/8").orElseThrow())));
  }

  protected static SubscriptionConfig hook(String url, @Nullable String pattern, String... paths) {
    return new SubscriptionConfig(
        SubscriptionType.WEBHOOK, pattern, List.of(paths), new WakeTarget(url), null, LEASE, null);
  }

  protected static SubscriptionConfig pull(
      String wakeStream, @Nullable String pattern, String... paths) {
    return new SubscriptionConfig(
        SubscriptionType.PULL_WAKE, pattern, List.of(paths), null, wakeStream, LEASE, null);
  }

  protected static PutSubscription putting(String id, SubscriptionConfig config) {
    return new PutSubscription(SPACE, id, config, ROOT);
  }

  protected SubscriptionPut put(String id, SubscriptionConfig config) throws Exception {
    return ask(putting(id, config));
  }

  protected Subscription subscription(String id) throws Exception {
    return ask(new ReadSubscription(SPACE, id));
  }

  protected SubscribedStream link(String id, String path) throws Exception {
    return subscription(id).streams().stream()
        .filter(stream -> stream.path().equals(path))
        .findFirst()
        .orElseThrow();
  }

  protected String acked(String id, String path) throws Exception {
    return link(id, path).ackedOffset();
  }

  protected String tail(String path) throws Exception {
    return ask(new DescribeStream(SPACE, path, null)).offset();
  }

  protected WakeClaim claim(String id, String worker) throws Exception {
    return ask(new ClaimSubscription(SPACE, id, worker));
  }

  /** Acks a path at an offset. */
  protected static AckWake acking(
      String id, WakeAction action, WakeReceiver.Wake wake, boolean done, StreamAck... acks) {
    return new AckWake(
        SPACE, id, action, wake.token(), wake.id(), wake.generation(), List.of(acks), done);
  }

  protected static AckWake acking(
      String id, WakeAction action, WakeClaim claim, boolean done, StreamAck... acks) {
    return new AckWake(
        SPACE, id, action, claim.token(), claim.wakeId(), claim.generation(), List.of(acks), done);
  }

  /** Lets the lease of a subscription, or the pause before its next delivery, be over. */
  protected void pass(String id, String field) {
    foreign.send("HSET", "subscription:" + id, field, "1");
    foreign.send("ZADD", "index:subscriptions-due", "1", id);
  }
}
