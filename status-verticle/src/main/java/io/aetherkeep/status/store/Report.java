package io.aetherkeep.status.store;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.document.Document;
import io.aetherkeep.document.Members;
import io.aetherkeep.status.settings.EndWords;
import io.aetherkeep.status.settings.Phase;
import io.aetherkeep.status.settings.StatusKind;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Status document, with the phase, step and progress found in it.
 *
 * @param rank index of its step among the usual ones, if it is one of them
 * @param progress in percent, if it has one
 */
public record Report(
    Document document, Phase phase, @Nullable Integer rank, @Nullable Double progress) {

  static final String PODCAST_ID = "podcast_id";

  private static final int LONGEST_WORD = 64;

  /**
   * Validates a document that a client sent. Adds the {@code podcast_id} to a podcast's document
   * that lacks it.
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
    return new Report(
        named(kind, id, document, members), ends.phase(kind, word), kind.rank(word), progress);
  }

  private static Document named(StatusKind kind, String id, Document document, Members members) {
    return kind.equals(StatusKind.PODCAST) && !members.has(PODCAST_ID)
        ? members.with(Map.of(PODCAST_ID, Document.ofText(id))).document()
        : document;
  }

  private static boolean isWord(String word) {
    return !word.isEmpty()
        && word.length() <= LONGEST_WORD
        && word.chars()
            .noneMatch(c -> Character.isISOControl(c) || Character.isWhitespace((char) c));
  }

  /** Reads a document that another service wrote, without validation. */
  public static Report found(StatusKind kind, Document document, EndWords ends) {
    Members members = Members.tryOf(document);
    String word = members == null ? null : members.text("status");
    if (members == null || word == null) {
      return new Report(document, Phase.RUNNING, null, null);
    }
    return new Report(document, ends.phase(kind, word), kind.rank(word), progress(members));
  }

  private static @Nullable Double progress(Members members) {
    String text = members.text("progress");
    if (text == null || text.length() > 32 || !text.matches("[0-9]+(\\.[0-9]+)?([eE]-?[0-9]+)?")) {
      return null;
    }
    double progress = Double.parseDouble(text);
    return progress <= 100 ? progress : null;
  }
}
