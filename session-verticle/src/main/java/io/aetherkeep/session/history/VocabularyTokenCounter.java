package io.aetherkeep.session.history;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingRegistry;
import com.knuddels.jtokkit.api.EncodingType;
import io.aetherkeep.document.Document;
import io.aetherkeep.document.Members;
import io.aetherkeep.keyspace.Digits;
import io.aetherkeep.session.settings.SessionSettings.TokenEncoding;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Token counter by a model's vocabulary, which the first count loads: a node without histories
 * needs none. Counts long texts on a worker thread.
 */
public final class VocabularyTokenCounter implements TokenCounter {

  /** Length up to which a text is counted on the event loop: well under a millisecond. */
  private static final int SHORT = 2000;

  private static final EncodingRegistry VOCABULARIES = Encodings.newLazyEncodingRegistry();

  private final Vertx vertx;
  private final EncodingType type;
  private volatile boolean loaded;

  public VocabularyTokenCounter(Vertx vertx, TokenEncoding encoding) {
    this.vertx = vertx;
    this.type =
        switch (encoding) {
          case CL100K -> EncodingType.CL100K_BASE;
          case O200K -> EncodingType.O200K_BASE;
          case P50K -> EncodingType.P50K_BASE;
          case R50K -> EncodingType.R50K_BASE;
        };
  }

  @Override
  public Future<Long> of(String text) {
    return count(text.length(), () -> tokens(text));
  }

  @Override
  public Future<Long> of(List<Document> messages) {
    return count(size(messages), () -> messages.stream().mapToLong(this::tokens).sum());
  }

  @Override
  public Future<Newest> newest(List<Document> messages, long budget) {
    return count(
        size(messages),
        () -> {
          long total = 0;
          for (int at = messages.size() - 1; at >= 0; at--) {
            long tokens = tokens(messages.get(at));
            if (total + tokens > budget) {
              return new Newest(messages.size() - 1 - at, total);
            }
            total += tokens;
          }
          return new Newest(messages.size(), total);
        });
  }

  private static int size(List<Document> messages) {
    return messages.stream().mapToInt(Document::length).sum();
  }

  /** Counts on a worker thread until the vocabulary is loaded, which the first count does. */
  private <T> Future<T> count(int size, Callable<T> counting) {
    if (loaded && size <= SHORT) {
      try {
        return Future.succeededFuture(counting.call());
      } catch (Exception e) {
        return Future.failedFuture(e);
      }
    }
    return vertx.executeBlocking(counting, false).onSuccess(done -> loaded = true);
  }

  private long tokens(Document message) {
    Members members = Members.tryOf(message);
    if (members == null) {
      return tokens(message.toString());
    }
    String given = members.text("tokens");
    if (given != null && Digits.isNumber(given, 9)) {
      return Long.parseLong(given);
    }
    String content = members.text("content");
    return content == null ? 0 : tokens(content);
  }

  /** Counts text as plain text even where it looks like a model's special tokens. */
  private long tokens(String text) {
    Encoding encoding = VOCABULARIES.getEncoding(type);
    return encoding.countTokensOrdinary(text);
  }
}
