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

/** JSON mapping of records, the same on every interface. */
public final class RecordJson {

  private static final ObjectMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  // A symbol table is slow with many names of equal hash codes.
                  .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxStringLength(Integer.MAX_VALUE)
                          .maxNameLength(Integer.MAX_VALUE)
                          .build())
                  .build())
          .enable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          // Enums are sent by name, not by number.
          .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
          // 1.9 is not rounded to 1, and "" is not read as false.
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
          .build();

  /** Jackson attribute of JSON between nodes, where documents must keep their exact bytes. */
  public static final Object BETWEEN_NODES = "aetherkeep.between-nodes";

  private static final ObjectWriter TO_NODE = JSON.writer().withAttribute(BETWEEN_NODES, true);

  /** Ignores unknown properties, because a newer node may send more. */
  private static final ObjectReader LENIENT =
      JSON.reader().without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private RecordJson() {}

  public static byte[] write(Object record) {
    try {
      return JSON.writeValueAsBytes(record);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "Cannot encode as JSON: " + record.getClass().getSimpleName(), e);
    }
  }

  /** Reads JSON of a client, and rejects unknown properties to report misspelt ones. */
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

  /** A parser of characters in an array, from which the reader cuts embedded documents. */
  private static JsonParser parser(byte[] json) throws IOException {
    CharBuffer chars = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json));
    return JSON.getFactory().createParser(chars.array(), 0, chars.length());
  }

  /** Reads any JSON as Vert.x represents it: JsonObject, JsonArray, String, Number. */
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
      throw new IllegalArgumentException(
          "Cannot encode as JSON: " + record.getClass().getSimpleName(), e);
    }
  }

  /** Reads JSON of another node, which may be newer and send more properties. */
  static Object readFromNode(byte[] json, Class<?> type) {
    try {
      return LENIENT.forType(type).withAttribute(BETWEEN_NODES, true).readValue(parser(json));
    } catch (IOException e) {
      throw new IllegalArgumentException("The JSON does not fit " + type.getSimpleName(), e);
    }
  }

  /** Reads a published event, which has the public JSON form. */
  public static <T> T readEvent(byte[] json, Class<T> type) {
    try {
      return LENIENT.forType(type).readValue(parser(json));
    } catch (IOException e) {
      throw new IllegalArgumentException("The JSON does not fit " + type.getSimpleName(), e);
    }
  }

  /** Explains a mapping error by the name of the invalid property, never by its value. */
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
