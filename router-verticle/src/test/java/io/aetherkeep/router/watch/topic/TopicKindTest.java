package io.aetherkeep.router.watch.topic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.router.access.identity.Need;
import io.aetherkeep.router.access.identity.Need.Reach;
import io.aetherkeep.router.access.identity.Scope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicKindTest {

  @ParameterizedTest
  @CsvSource({
    "session, SESSION",
    "playback, SESSION",
    "status/podcast/p1, WATCHED",
    "status/podcast/a/b, WATCHED",
    "listeners/p1, WATCHED",
    "stream/x, WATCHED",
    "history/s1, SESSION",
    "status/podcast/*, SPACE",
    "sessions/u1, SPACE",
    "presence/p1, SPACE",
    "cache/topic/t1, SPACE",
    "cache/snippet-page/t1/2, SPACE",
    "cache/topics, SPACE",
    "config/council, SPACE",
    "provider/openai, SPACE",
    "providers, SPACE",
    "events/*, SPACE",
    "'events/session-opened,status-changed', SPACE"
  })
  void aTopic_isWatchedByWhomItIsFor(String topic, Reach reach) {
    TopicName name = TopicName.of("aethercast", "s1", topic);
    assertEquals(new Need(reach, Scope.READ), name.kind().need());
    assertEquals(topic, name.text());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "status",
        "status/podcast",
        "sessions",
        "session/x",
        "STATUS/a/b",
        "events",
        "events/",
        "events/x",
        "events/*,x"
      })
  void anythingElse_isNoTopic(String topic) {
    Failure refused = assertThrows(Failure.class, () -> TopicName.of("aethercast", "s1", topic));
    assertEquals(Code.TOPIC_UNKNOWN, refused.code());
  }

  @Test
  void anObserver_hasNoSession() {
    assertThrows(Failure.class, () -> TopicName.of("aethercast", null, "session"));
    assertEquals("providers", TopicName.of("aethercast", null, "providers").text());
  }
}
