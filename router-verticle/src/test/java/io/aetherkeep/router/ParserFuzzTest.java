package io.aetherkeep.router;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.aetherkeep.bus.Failure;
import io.aetherkeep.bus.Kind;
import io.aetherkeep.router.access.AllowedOrigins;
import io.aetherkeep.router.http.CacheControl;
import io.aetherkeep.router.http.EntityTags;
import io.aetherkeep.router.http.PercentDecoder;
import io.aetherkeep.router.realtime.ClientFrame;
import io.aetherkeep.router.realtime.ClientText;
import io.aetherkeep.router.watch.topic.TopicName;
import io.aetherkeep.testing.Fuzzing;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import org.junit.jupiter.api.Test;

/** Random near misses for every parser of clients' input: a value, or a refusal. */
final class ParserFuzzTest {

  private static Fuzzing headers() {
    return Fuzzing.fromLines(ParserFuzzTest.class, "headers.txt");
  }

  private static Fuzzing addresses() {
    return Fuzzing.fromLines(ParserFuzzTest.class, "addresses.txt");
  }

  private static Fuzzing frames() {
    return Fuzzing.from(ParserFuzzTest.class, "hello.json", "play.json");
  }

  /** A refusal must be the client's fault. */
  private static void orRefused(Runnable parser) {
    try {
      parser.run();
    } catch (Failure refused) {
      if (refused.kind() != Kind.UNKNOWN) {
        assertSame(Kind.INVALID, refused.kind());
      }
    }
  }

  @Test
  void cacheControl() {
    headers()
        .feedText(
            text -> orRefused(() -> CacheControl.maxAge(StubRequest.with("Cache-Control", text))));
  }

  @Test
  void entityTags() {
    headers()
        .feedText(
            text -> {
              HttpServerRequest request = StubRequest.with("If-None-Match", text, "If-Match", text);
              EntityTags.noneMatchNames(request, "7-2");
              orRefused(() -> EntityTags.of(request));
            });
  }

  @Test
  void percentEscapes() {
    addresses()
        .feedText(
            text -> {
              PercentDecoder.isSound(text);
              orRefused(() -> PercentDecoder.decoded(text));
              if (text.indexOf('\uFFFD') < 0) {
                assertEquals(text, PercentDecoder.decoded(PercentDecoder.encoded(text)));
              }
            });
  }

  @Test
  void topics() {
    addresses()
        .feedText(
            text -> {
              orRefused(() -> TopicName.of("aethercast", "s1", text).kind().need());
              orRefused(() -> TopicName.of("aethercast", null, text));
            });
  }

  @Test
  void origins() {
    addresses().feedText(AllowedOrigins::isOrigin);
  }

  @Test
  void frames_areReadOrRefused() {
    frames()
        .feed(
            bytes -> {
              Buffer frame = Buffer.buffer(bytes);
              ClientText.isUtf8(frame);
              orRefused(() -> ClientFrame.read(frame));
              ClientFrame.idOf(frame);
            });
  }
}
