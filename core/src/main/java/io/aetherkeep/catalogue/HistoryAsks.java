package io.aetherkeep.catalogue;

import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Event;
import io.aetherkeep.bus.Sized;
import io.aetherkeep.document.Document;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Asks and events about the messages of a session. */
public final class HistoryAsks {

  private HistoryAsks() {}

  /**
   * Appends a message to a session's history.
   *
   * @param tokens token count of the message; counted here if null
   * @param idempotencyKey a repeated key appends nothing and gets the same answer
   */
  public record AppendHistory(
      String space,
      String id,
      String role,
      String content,
      @Nullable String timestamp,
      @Nullable String requestId,
      @Nullable Long tokens,
      @Nullable String idempotencyKey)
      implements Ask<Appended> {
    public AppendHistory {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(role, "role");
      Objects.requireNonNull(content, "content");
    }
  }

  /**
   * Result of an append.
   *
   * @param tokens token count of the message
   * @param contextWindowUsed token count of the whole transcript
   * @param repeated whether the message was appended before, under the same key
   */
  public record Appended(String id, long tokens, long contextWindowUsed, boolean repeated) {}

  /**
   * Reads the latest messages of a session, in the order in which they were appended.
   *
   * @param maxTokens maximum token count of all
   * @param limit maximum number of messages
   */
  public record ReadHistory(
      String space, String id, @Nullable Long maxTokens, @Nullable Integer limit)
      implements Ask<History> {
    public ReadHistory {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(id, "id");
    }
  }

  /** Stored messages, their token count, and whether older ones were left out. */
  public record History(List<Document> items, long totalTokens, boolean truncated)
      implements Sized {
    public History {
      items = List.copyOf(items);
    }

    @Override
    public int documentBytes() {
      return items.stream().mapToInt(Document::length).sum();
    }
  }

  /**
   * Reads the messages of a session after a known one.
   *
   * @param after offset of the last known message; null for the newest ones
   * @param known token of the last answer, which stays the same until the history changes
   */
  public record FollowHistory(
      String space, String id, @Nullable String after, @Nullable String known)
      implements Ask<HistoryFollowed> {
    public FollowHistory {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(id, "id");
    }
  }

  /**
   * Messages after a known one, in order.
   *
   * @param offset offset of the last message of the session
   * @param known token of this state of the history, for the next ask
   * @param recovered whether no message is missing; otherwise these are the newest ones
   * @param truncated whether older messages were left out
   */
  public record HistoryFollowed(
      List<Document> messages, String offset, String known, boolean recovered, boolean truncated)
      implements Sized {
    public HistoryFollowed {
      messages = List.copyOf(messages);
    }

    @Override
    public int documentBytes() {
      return messages.stream().mapToInt(Document::length).sum();
    }
  }

  /** A message was appended to a session's history. */
  public record HistoryAppended(String space, String id) implements Event {}
}
