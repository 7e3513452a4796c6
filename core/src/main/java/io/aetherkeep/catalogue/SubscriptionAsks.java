package io.aetherkeep.catalogue;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import io.aetherkeep.bus.Ask;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Asks about subscriptions to streams, which the stream verticle answers. Their JSON is that of the
 * Durable Streams protocol, sections 6 and 7.
 */
public final class SubscriptionAsks {

  private SubscriptionAsks() {}

  /** How a subscription wakes its workers. */
  public enum SubscriptionType {
    /** It posts each wake to a URL. */
    WEBHOOK,
    /** It appends each wake to a stream, whose readers claim it. */
    PULL_WAKE;

    @JsonValue
    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** Why a stream belongs to a subscription: it matches the pattern, or was added by name. */
  public enum LinkType {
    GLOB,
    EXPLICIT;

    @JsonValue
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Receiver of a webhook subscription. */
  public record WakeTarget(@Nullable String url) {}

  /**
   * Configuration of a subscription, as a client sends it.
   *
   * @param pattern glob of paths: {@code *} is one segment, {@code **} any number
   * @param streams paths of streams in addition to the pattern
   * @param webhook the receiver, for the type webhook
   * @param wakeStream the stream of wakes, for the type pull-wake
   * @param leaseTtlMs null for 30 seconds
   */
  public record SubscriptionConfig(
      @Nullable SubscriptionType type,
      @Nullable String pattern,
      @Nullable List<String> streams,
      @Nullable WakeTarget webhook,
      @JsonProperty("wake_stream") @Nullable String wakeStream,
      @JsonProperty("lease_ttl_ms") @Nullable Long leaseTtlMs,
      @Nullable String description) {

    public SubscriptionConfig {
      streams = streams == null ? null : List.copyOf(streams);
    }
  }

  /**
   * Creates a subscription, or confirms that it exists.
   *
   * @param root URL of the streams, below which receivers find callback and keys
   */
  public record PutSubscription(String space, String id, SubscriptionConfig config, String root)
      implements Ask<SubscriptionPut> {
    public PutSubscription {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(config, "config");
      Objects.requireNonNull(root, "root");
    }
  }

  /** Result of {@link PutSubscription}. */
  public record SubscriptionPut(Subscription subscription, boolean created) {}

  /** Reads a subscription. */
  public record ReadSubscription(String space, String id) implements Ask<Subscription> {
    public ReadSubscription {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(id, "id");
    }
  }

  /**
   * Subscription.
   *
   * @param subscriptionId the subscription's id
   * @param status {@code active}, or {@code failed} while a failed delivery waits for its retry
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record Subscription(
      String id,
      @JsonProperty("subscription_id") String subscriptionId,
      SubscriptionType type,
      @Nullable String pattern,
      List<SubscribedStream> streams,
      @Nullable SignedTarget webhook,
      @JsonProperty("wake_stream") @Nullable String wakeStream,
      @JsonProperty("lease_ttl_ms") long leaseTtlMs,
      @JsonProperty("created_at") String createdAt,
      String status,
      @Nullable String description) {
    public Subscription {
      streams = List.copyOf(streams);
    }
  }

  /**
   * Stream of a subscription.
   *
   * @param ackedOffset the last processed offset; {@code -1} before the first
   */
  public record SubscribedStream(
      String path,
      @JsonProperty("link_type") LinkType linkType,
      @JsonProperty("acked_offset") String ackedOffset) {}

  /** Receiver of a subscription, and how its deliveries are signed. */
  public record SignedTarget(String url, WakeSigning signing) {}

  /** Algorithm of signatures, id of the current key, and URL of the keys. */
  public record WakeSigning(String alg, String kid, @JsonProperty("jwks_url") String jwksUrl) {}

  /** Deletes a subscription, if it exists. */
  public record DeleteSubscription(String space, String id) implements Ask<SubscriptionDone> {
    public DeleteSubscription {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(id, "id");
    }
  }

  /** Whether anything changed. */
  public record SubscriptionDone(boolean changed) {}

  /** Adds streams to a subscription by their paths, at their tails. */
  public record LinkStreams(String space, String id, List<String> streams)
      implements Ask<SubscriptionDone> {
    public LinkStreams {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(id, "id");
      streams = List.copyOf(streams);
    }
  }

  /** Removes a stream that was added by its path; one that the pattern matches stays. */
  public record UnlinkStream(String space, String id, String path)
      implements Ask<SubscriptionDone> {
    public UnlinkStream {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(path, "path");
    }
  }

  /** Claims the pending work of a pull-wake subscription for a worker. */
  public record ClaimSubscription(String space, String id, String worker)
      implements Ask<WakeClaim> {
    public ClaimSubscription {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(worker, "worker");
    }
  }

  /**
   * Claim of a wake by a worker.
   *
   * @param token authenticates the worker's acks
   * @param streams at most 100, those with pending work first
   */
  public record WakeClaim(
      @JsonProperty("wake_id") String wakeId,
      long generation,
      String token,
      List<WakeStream> streams,
      @JsonProperty("lease_ttl_ms") long leaseTtlMs) {
    public WakeClaim {
      streams = List.copyOf(streams);
    }

    @Override
    public String toString() {
      return "WakeClaim[wakeId=" + wakeId + ", generation=" + generation + "]";
    }
  }

  /** Stream in a wake. */
  public record WakeStream(
      String path,
      @JsonProperty("link_type") LinkType linkType,
      @JsonProperty("acked_offset") String ackedOffset,
      @JsonProperty("tail_offset") String tailOffset,
      @JsonProperty("has_pending") boolean hasPending) {}

  /** Action of a worker on its wake. */
  public enum WakeAction {
    /** The receiver of a webhook acks offsets, which extends its lease. */
    CALLBACK,
    /** A worker with a claim acks offsets, which extends its lease. */
    ACK,
    /** A worker releases its claim. */
    RELEASE
  }

  /**
   * Acks offsets of a wake, and extends or ends its lease.
   *
   * @param token of the wake
   * @param done whether the lease ends
   */
  public record AckWake(
      String space,
      String id,
      WakeAction action,
      String token,
      @Nullable String wakeId,
      @Nullable Long generation,
      List<StreamAck> acks,
      boolean done)
      implements Ask<WakeAcked> {
    public AckWake {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(action, "action");
      Objects.requireNonNull(token, "token");
      acks = List.copyOf(acks);
    }

    @Override
    public String toString() {
      return "AckWake[space=" + space + ", id=" + id + ", action=" + action + "]";
    }
  }

  /** Offset up to which a stream is processed. */
  public record StreamAck(String stream, String offset) {
    public StreamAck {
      Objects.requireNonNull(stream, "stream");
      Objects.requireNonNull(offset, "offset");
    }
  }

  /** Result of {@link AckWake}: whether another wake follows at once. */
  public record WakeAcked(boolean ok, @JsonProperty("next_wake") boolean nextWake) {}

  /** Reads the public keys of a space's signatures. */
  public record ReadWakeKeys(String space) implements Ask<WakeKeySet> {
    public ReadWakeKeys {
      Objects.requireNonNull(space, "space");
    }
  }

  /** JSON Web Key Set (RFC 7517). */
  public record WakeKeySet(List<WakeKey> keys) {
    public WakeKeySet {
      keys = List.copyOf(keys);
    }
  }

  /** Public key of Ed25519 (RFC 8037). */
  public record WakeKey(String kty, String crv, String kid, String use, String alg, String x) {}
}
