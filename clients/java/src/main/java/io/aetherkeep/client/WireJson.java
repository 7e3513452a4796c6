package io.aetherkeep.client;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** JSON on the wire. Unknown members are ignored, because newer nodes may send more. */
final class WireJson {

  static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .addModule(new SimpleModule().addDeserializer(Instant.class, new InstantReader()))
          .build();

  private WireJson() {}

  private static final class InstantReader extends StdDeserializer<Instant> {
    private static final long serialVersionUID = 1;

    InstantReader() {
      super(Instant.class);
    }

    @Override
    public Instant deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      return Instant.parse(parser.getText());
    }
  }

  static <T> T read(HttpResponse<byte[]> answer, Class<T> type) {
    try {
      return MAPPER.readValue(answer.body(), type);
    } catch (IOException e) {
      throw new UncheckedIOException("The response of the node is not " + type.getSimpleName(), e);
    }
  }

  static JsonNode read(HttpResponse<byte[]> answer) {
    return read(answer, JsonNode.class);
  }

  /** Returns the value of an entry: any JSON, or a text as a JSON string. */
  static JsonNode value(HttpResponse<byte[]> answer) {
    return answer.headers().firstValue("Content-Type").orElse("").startsWith("text/")
        ? TextNode.valueOf(new String(answer.body(), StandardCharsets.UTF_8))
        : read(answer);
  }

  /** Returns the version in an {@code ETag}, without its quotes. */
  static String version(HttpHeaders headers) {
    return headers.firstValue("ETag").orElse("").replaceFirst("^W/", "").replace("\"", "");
  }

  static byte[] write(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("The value cannot be written as JSON", e);
    }
  }

  static <T> T as(JsonNode value, Class<T> type) {
    return MAPPER.convertValue(value, type);
  }
}
