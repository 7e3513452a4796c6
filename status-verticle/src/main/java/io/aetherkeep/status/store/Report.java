package io.aetherkeep.status.store;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.document.Document;
import io.aetherkeep.document.Members;
import io.aetherkeep.keyspace.Digits;
import io.aetherkeep.status.settings.EndWords;
import io.aetherkeep.status.settings.Phase;
import io.aetherkeep.status.settings.StatusKind;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Status document, with the phase, step and progress found in it.
 *
 * @param rank index of its step among the usual ones, if it is one of them
 * @param progress in percent, if it has one
 * @param parent the status whose work this is a part of, if it names one
 * @param children declared number of children, if it has one
 */
public record Report(
    Document document,
    Phase phase,
    @Nullable Integer rank,
    @Nullable Double progress,
    @Nullable Parent parent,
    @Nullable Integer children) {

  private static final Pattern PROGRESS = Pattern.compile("[0-9]+(\\.[0-9]+)?([eE]-?[0-9]+)?");

  /** Status whose work another one is a part of. */
  public record Parent(StatusKind kind, String id) {}

  static final String PODCAST_ID = "podcast_id";

  private static final int LONGEST_WORD = 64;
  private static final int MOST_CHILDREN = 10_000;
  private static final int MOST_STREAMS = 16;

  /**
   * Validates a document that a client sent. Adds the {@code podcast_id} to a podcast's document
   * that lacks it. The document of a hash is as its readers see it, so that its version and all its
   * watchers agree with them.
   */
  public static Report sent(StatusKind kind, String id, Document document, EndWords ends) {
    Members members = Members.tryOf(document);
    if (members == null) {
      throw Failure.of(Code.INVALID_BODY, "A status must be a JSON object");
    }
    String word = members.text("status");
    if (word == null || !members.isText("status") || !isWord(word)) {
      throw Failure.of(
          Code.INVALID_BODY,
          "'status' must have 1 to " + LONGEST_WORD + " characters and no white space");
    }
    Double progress = progress(members);
    if (members.text("progress") != null && (members.isText("progress") || progress == null)) {
      throw Failure.of(Code.INVALID_BODY, "'progress' must be a number from 0 to 100");
    }
    Parent parent = parent(members);
    if (members.isText("parent")
        && (parent == null || (parent.kind().equals(kind) && parent.id().equals(id)))) {
      throw Failure.of(
          Code.INVALID_BODY, "'parent' must be kind and id of another status: request/r1");
    }
    requireNumber(members, "children", MOST_CHILDREN);
    requireNumber(members, "queuePosition", Integer.MAX_VALUE);
    requireStreams(members.value("streams"));
    return new Report(
        named(kind, id, document, members),
        ends.phase(kind, word),
        kind.rank(word),
        progress,
        parent,
        number(members, "children"));
  }

  private static void requireNumber(Members members, String name, int most) {
    String text = members.text(name);
    Integer number = number(members, name);
    // Other systems list the children.
    boolean isList = text != null && text.startsWith("[") && !members.isText(name);
    if (text != null && !isList && (members.isText(name) || number == null || number > most)) {
      throw Failure.of(
          Code.INVALID_BODY, "'" + name + "' must be a whole number from 0 to " + most);
    }
  }

  /** Reads a whole number; a hash has it as text. */
  private static @Nullable Integer number(Members members, String name) {
    String text = members.text(name);
    return text != null && Digits.isNumber(text, 9) ? Integer.valueOf(text) : null;
  }

  /** Reads the parent, of any service's document: null if it is not the name of a status. */
  private static @Nullable Parent parent(Members members) {
    String text = members.isText("parent") ? members.text("parent") : null;
    int slash = text == null ? -1 : text.indexOf('/');
    if (text == null || slash < 0) {
      return null;
    }
    try {
      StatusKind kind = StatusKind.of(text.substring(0, slash));
      String id = text.substring(slash + 1);
      Keyspaces.STATUS_FEEDS.key(kind.text(), id);
      return new Parent(kind, id);
    } catch (Failure invalid) {
      return null;
    }
  }

  /** Checks the paths of streams that carry logs, a result or partial output. */
  private static void requireStreams(@Nullable Document streams) {
    if (streams == null || streams.toString().equals("null")) {
      return;
    }
    Members members = Members.tryOf(streams);
    if (members == null
        || members.size() > MOST_STREAMS
        || !members.names().stream().allMatch(name -> isPath(members, name))) {
      throw Failure.of(
          Code.INVALID_BODY,
          "'streams' must be an object with at most " + MOST_STREAMS + " paths of streams");
    }
  }

  private static boolean isPath(Members streams, String name) {
    String path = streams.text(name);
    if (path == null || !streams.isText(name) || path.startsWith("/") || path.endsWith("/")) {
      return false;
    }
    try {
      Keyspaces.STREAMS.key(path);
      return true;
    } catch (Failure invalid) {
      return false;
    }
  }

  private static Document named(StatusKind kind, String id, Document document, Members members) {
    return kind.equals(StatusKind.PODCAST) && !members.has(PODCAST_ID)
        ? members.with(Map.of(PODCAST_ID, Document.ofText(id))).document()
        : StoredStatus.readBack(kind, document);
  }

  private static boolean isWord(String word) {
    return !word.isEmpty()
        && word.length() <= LONGEST_WORD
        && word.chars()
            .noneMatch(c -> Character.isISOControl(c) || Character.isWhitespace((char) c));
  }

  /** Reads a document that this node makes of what another service wrote, before it is stored. */
  public static Report made(StatusKind kind, Document document, EndWords ends) {
    return found(kind, StoredStatus.readBack(kind, document), ends);
  }

  /** Reads a document that another service wrote, without validation. */
  public static Report found(StatusKind kind, Document document, EndWords ends) {
    Members members = Members.tryOf(document);
    String word = members == null ? null : members.text("status");
    if (members == null || word == null) {
      return new Report(document, Phase.RUNNING, null, null, null, null);
    }
    return new Report(
        document,
        ends.phase(kind, word),
        kind.rank(word),
        progress(members),
        parent(members),
        number(members, "children"));
  }

  private static @Nullable Double progress(Members members) {
    String text = members.text("progress");
    if (text == null || text.length() > 32 || !PROGRESS.matcher(text).matches()) {
      return null;
    }
    double progress = Double.parseDouble(text);
    return progress <= 100 ? progress : null;
  }
}
