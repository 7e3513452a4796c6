package io.aetherkeep.bus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Events that nodes send each other together. */
class EventBatchTest {

  private static Buffer batch(String... bodies) {
    Buffer batch = Buffer.buffer();
    for (int i = 0; i < bodies.length; i++) {
      byte[] json = bodies[i].getBytes(StandardCharsets.UTF_8);
      batch.appendString(i == 0 ? "[" : ",").appendBuffer(EventBatch.item("event-" + i, json));
    }
    return batch.appendString("]");
  }

  @Test
  void aVeryLongName_isPassedOnWithTheEventsAfterIt() {
    String name = "n".repeat(60_000);
    String odd = "{\"" + name + "\":{\"" + name + "\":1}}";
    List<JsonObject> bodies = new ArrayList<>();
    int count =
        EventBatch.open(
            batch("{\"id\":\"a\"}", odd, "{\"id\":\"b\"}"), (of, body) -> bodies.add(body));
    assertEquals(3, count);
    assertEquals(1, bodies.get(1).getJsonObject(name).getInteger(name));
    assertEquals("b", bodies.get(2).getString("id"));
  }

  @Test
  void otherJson_isRefused() {
    for (String other : List.of("{}", "null", "[1]", "[{\"event\":\"a\"}]", "[", "")) {
      Failure refused =
          assertThrows(
              Failure.class, () -> EventBatch.open(Buffer.buffer(other), (of, body) -> {}), other);
      assertEquals(Code.INVALID_BODY, refused.code());
    }
  }
}
