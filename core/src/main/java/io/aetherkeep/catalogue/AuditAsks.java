package io.aetherkeep.catalogue;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.aetherkeep.bus.Ask;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Asks on who used which API key, and who changed what; served by the health verticle. */
public final class AuditAsks {

  private AuditAsks() {}

  /**
   * Uses of an API key in a space since they were last recorded.
   *
   * @param key the id of the key, which is no secret
   * @param operation method and route of the last use
   * @param millisAgo age of the last use
   */
  public record KeyUse(String key, long uses, String operation, long millisAgo) {}

  /** Records the uses of API keys on one node. */
  public record RecordKeyUses(String space, List<KeyUse> uses) implements Ask<Recorded> {
    public RecordKeyUses {
      Objects.requireNonNull(space, "space");
      uses = List.copyOf(uses);
    }
  }

  /** Number of recorded rows. */
  public record Recorded(long rows) {}

  /** Reads the uses of API keys in a space, on all nodes. */
  public record ReadKeyUses(String space) implements Ask<KeyUses> {
    public ReadKeyUses {
      Objects.requireNonNull(space, "space");
    }
  }

  /** Uses of API keys. */
  public record KeyUses(List<UsedKey> items) {
    public KeyUses {
      items = List.copyOf(items);
    }
  }

  /** Recorded uses of an API key in a space: their number, and the last one. */
  public record UsedKey(String key, long uses, String lastUsedAt, String operation) {}

  /**
   * Records an operation in the audit of a space.
   *
   * @param by the name of the credential
   * @param key the id of the API key; null for a token
   * @param operation method and route
   * @param path the path, which names what was changed
   */
  public record RecordOperation(
      String space,
      String by,
      @Nullable String key,
      String operation,
      String path,
      int status,
      String requestId)
      implements Ask<Recorded> {
    public RecordOperation {
      Objects.requireNonNull(space, "space");
    }
  }

  /** Lists the audit of a space in pages, the newest operation first. */
  public record ListOperations(String space, @Nullable String cursor, @Nullable Integer limit)
      implements Ask<OperationList> {
    public ListOperations {
      Objects.requireNonNull(space, "space");
    }
  }

  /** A page of operations, and the cursor of the next one, if there is one. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record OperationList(List<AuditedOperation> items, @Nullable String next) {
    public OperationList {
      items = List.copyOf(items);
    }
  }

  /** An operation in the audit. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record AuditedOperation(
      String at,
      String by,
      @Nullable String key,
      String operation,
      String path,
      int status,
      String requestId) {}
}
