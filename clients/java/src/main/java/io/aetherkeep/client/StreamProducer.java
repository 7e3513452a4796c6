package io.aetherkeep.client;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Idempotent producer of a stream: appends exactly once, in the order of its calls. An append whose
 * response was lost is sent again with the same sequence number, which the node accepts once.
 *
 * <p>After {@code producer-fenced} each append fails with that problem, because another producer
 * has taken over. To take over from it, create a producer with a higher epoch.
 */
public final class StreamProducer {

  private final HttpSender sender;
  private final String path;
  private final String contentType;
  private final String id;
  private long epoch;
  private long seq;
  private @Nullable ProblemException fenced;

  StreamProducer(HttpSender sender, String path, String contentType, String id, long epoch) {
    this.sender = sender;
    this.path = path;
    this.contentType = contentType;
    this.id = id;
    this.epoch = epoch;
  }

  /**
   * Appends a message of a JSON stream (a list is several messages), or text, or bytes; returns the
   * offset after it.
   */
  public String append(Object data) {
    return send(encoded(data), false);
  }

  /** Closes the stream; returns its last offset. */
  public String close() {
    return send(new byte[0], true);
  }

  /** Appends and closes the stream in one step. */
  public String close(Object last) {
    return send(encoded(last), true);
  }

  private byte[] encoded(Object data) {
    if (data instanceof byte[] bytes) {
      return bytes;
    }
    return contentType.startsWith("application/json")
        ? WireJson.write(data)
        : data.toString().getBytes(StandardCharsets.UTF_8);
  }

  private synchronized String send(byte[] body, boolean closes) {
    if (fenced != null) {
      throw fenced;
    }
    HttpCall call =
        HttpCall.ofStream("POST", path)
            .body(contentType, body)
            .header("Stream-Closed", closes ? "true" : null)
            .header("Producer-Id", id)
            .header("Producer-Epoch", Long.toString(epoch))
            .header("Producer-Seq", Long.toString(seq))
            .again();
    try {
      HttpResponse<byte[]> answer = sender.send(call);
      seq++;
      return answer.headers().firstValue("Stream-Next-Offset").orElse("");
    } catch (AetherkeepException e) {
      if (e instanceof ProblemException problem && problem.code() == ProblemCode.PRODUCER_FENCED) {
        // The next epoch may be the other producer's, whose appends would be mixed up with these.
        fenced = problem;
        throw problem;
      }
      // It may have been appended, so its number must not be reused.
      epoch++;
      seq = 0;
      throw e;
    }
  }
}
