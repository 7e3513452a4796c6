package io.aetherkeep.bus;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Records as JSON and back, the same on every door. */
public final class RecordJson {

  private static final ObjectMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  // A table of names would be slow with names of equal hash codes.
                  .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxStringLength(Integer.MAX_VALUE)
                          .maxNameLength(Integer.MAX_VALUE)
                          .build())
                  .build())
          .enable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          // A 1 is none of the words.
          .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
          // A lifetime of 1.9 is not 1, and a flag of "" is not false.
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
          .build();

  /** Set where a record goes from node to node, and its documents must stay the same bytes. */
  public static final Object BETWEEN_NODES = "aetherkeep.between-nodes";

  private static final ObjectWriter TO_NODE = JSON.writer().withAttribute(BETWEEN_NODES, true);

  /** A newer node may say more than this one knows. */
  private static final ObjectReader LENIENT =
      JSON.reader().without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private RecordJson() {}

  public static byte[] write(Object record) {
    try {
      return JSON.writeValueAsBytes(record);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("No JSON for a " + record.getClass().getSimpleName(), e);
    }
  }

  /** Reads what a client wrote: strictly, so that a misspelt field is told. */
  public static <T> T read(byte[] json, Class<T> type) {
    try {
      T read = JSON.readValue(parser(json), type);
      if (read == null) {
        throw Failure.of(Code.INVALID_BODY, "The body is null");
      }
      return read;
    } catch (JsonMappingException e) {
      throw Failure.of(Code.INVALID_BODY, explanation(e));
    } catch (IOException e) {
      throw Failure.of(Code.INVALID_BODY, "The body is not JSON");
    }
  }

  /** Of characters in an array, from which a document inside is cut out again. */
  private static JsonParser parser(byte[] json) throws IOException {
    CharBuffer chars = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json));
    return JSON.getFactory().createParser(chars.array(), 0, chars.length());
  }

  /** Any JSON as what Vert.x has for it: a JsonObject, a JsonArray, a text, a number. */
  public static @Nullable Object untyped(byte[] json) {
    try {
      return wrapped(JSON.readValue(parser(json), Object.class));
    } catch (IOException e) {
      throw Failure.of(Code.UNREADABLE_VALUE, "The stored value is not JSON");
    }
  }

  @SuppressWarnings("unchecked") // JSON's objects have names that are strings
  private static @Nullable Object wrapped(@Nullable Object value) {
    return value instanceof Map<?, ?> object
        ? new JsonObject((Map<String, Object>) object)
        : value instanceof List<?> array ? new JsonArray(array) : value;
  }

  static byte[] writeForNode(Object record) {
    try {
      return TO_NODE.writeValueAsBytes(record);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("No JSON for a " + record.getClass().getSimpleName(), e);
    }
  }

  /** Reads what another node wrote, which may be newer and know more fields. */
  static Object readFromNode(byte[] json, Class<?> type) {
    try {
      return LENIENT.forType(type).withAttribute(BETWEEN_NODES, true).readValue(parser(json));
    } catch (IOException e) {
      throw new IllegalArgumentException("Not the JSON of a " + type.getSimpleName(), e);
    }
  }

  /** Reads a published event, whose JSON is the one that everybody sees. */
  static <T> T readEvent(byte[] json, Class<T> type) {
    try {
      return LENIENT.forType(type).readValue(parser(json));
    } catch (IOException e) {
      throw new IllegalArgumentException("Not the JSON of a " + type.getSimpleName(), e);
    }
  }

  /** Says which field, never what was in it. */
  private static String explanation(JsonMappingException e) {
    if (e.getCause() instanceof Failure failure) {
      return failure.detail();
    }
    if (e.getCause() instanceof NullPointerException missing && missing.getMessage() != null) {
      return "'" + missing.getMessage() + "' is missing";
    }
    String field =
        e.getPath().stream()
            .map(part -> part.getFieldName() == null ? "[]" : part.getFieldName())
            .collect(Collectors.joining("."));
    return field.isEmpty()
        ? "The body has another shape than expected here"
        : "'" + field + "' is unknown here or of another type";
  }
}
