package io.aetherkeep.catalogue;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.aetherkeep.bus.Ask;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Asks about leases: permissions to call a provider, counted against its limits. */
public final class LeaseAsks {

  private LeaseAsks() {}

  /**
   * Leases a call: chooses the provider of a group to call, and reserves the call and its tokens
   * against the limits that all callers share.
   *
   * @param estimatedTokens null for none
   * @param ttlSeconds time without a renewal or an outcome after which the holder counts as dead
   *     and the reservation is released; null to count the call for one minute, whether or not the
   *     holder lives
   */
  public record LeaseProvider(
      String space, String group, @Nullable Long estimatedTokens, @Nullable Integer ttlSeconds)
      implements Ask<ProviderLease> {
    public LeaseProvider {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(group, "group");
    }
  }

  /**
   * A leased call.
   *
   * @param hedgeAfterMs time without a token after which to call a second provider: the 95th
   *     percentile of the times to the first token; null if none was reported
   * @param hedgeWith the next best provider; lease again to call it
   * @param callBefore latest time for the call
   * @param expiresIn seconds until the reservation expires, unless the lease is renewed or its
   *     outcome is reported
   */
  public record ProviderLease(
      String lease,
      String providerId,
      @Nullable Long hedgeAfterMs,
      @Nullable String hedgeWith,
      String callBefore,
      long expiresIn) {}

  /**
   * Renews a lease; fails with {@code lease-unknown} if it has expired, was returned, or its
   * outcome was reported.
   *
   * @param id the provider
   * @param ttlSeconds time without another renewal after which it is released; 65 by default
   */
  public record RenewLease(String space, String id, String lease, @Nullable Integer ttlSeconds)
      implements Ask<LeaseRenewed> {
    public RenewLease {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(lease, "lease");
    }
  }

  /** A renewed lease. */
  public record LeaseRenewed(String lease, String providerId, long expiresIn) {}

  /** Gives back a lease whose call is not made. */
  public record ReturnLease(String space, String id, String lease) implements Ask<LeaseReturned> {
    public ReturnLease {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(lease, "lease");
    }
  }

  /** Lists the leases of a provider. */
  public record ListLeases(String space, String id) implements Ask<LeaseList> {
    public ListLeases {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(id, "id");
    }
  }

  /**
   * Reservations against a provider's limits.
   *
   * @param requests reserved calls
   * @param requestsAMinute the limit of calls; null for none
   * @param tokens reserved tokens
   * @param tokensAMinute the limit of tokens; null for none
   * @param items the first leases to end
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record LeaseList(
      String providerId,
      long requests,
      @Nullable Long requestsAMinute,
      long tokens,
      @Nullable Long tokensAMinute,
      List<HeldLease> items) {
    public LeaseList {
      items = List.copyOf(items);
    }
  }

  /**
   * A reserved call.
   *
   * @param expiresAt when it ends unless its holder renews it
   * @param open whether its outcome was not reported
   */
  public record HeldLease(String lease, long tokens, String expiresAt, boolean open) {}

  /** Whether a lease was still held. */
  public record LeaseReturned(boolean returned) {}
}
