package io.aetherkeep.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aetherkeep.client.ScriptedServer.Answer;
import org.junit.jupiter.api.Test;

/** An entry of a keyspace of texts is answered as text, and not as JSON. */
class TextEntryTest {

  @Test
  void itsValue_isTheText() throws Exception {
    String html = "<p class=\"a\">\u00c9t\u00e9</p>\n";
    try (ScriptedServer server = new ScriptedServer(new Answer(200, "0", html))) {
      assertEquals(
          html, server.client().caches().find("page", "p1").orElseThrow().as(String.class));
    }
  }
}
