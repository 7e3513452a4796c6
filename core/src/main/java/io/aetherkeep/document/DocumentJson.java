package io.aetherkeep.document;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import io.aetherkeep.bus.RecordJson;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Serializer of a document within a record: embedded as raw JSON, or, between nodes, as base64,
 * which keeps any bytes.
 */
final class DocumentJson {

  private DocumentJson() {}

  static final class Writer extends StdSerializer<Document> {

    private static final long serialVersionUID = 1;

    Writer() {
      super(Document.class);
    }

    @Override
    public void serialize(Document document, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      if (provider.getAttribute(RecordJson.BETWEEN_NODES) != null) {
        json.writeBinary(document.array());
        return;
      }
      byte[] bytes = document.array();
      if (json.getOutputTarget() instanceof OutputStream out && isAscii(bytes)) {
        // Bypasses the generator, which would convert the bytes to characters and back.
        json.writeRawValue("");
        json.flush();
        out.write(bytes);
      } else {
        json.writeRawValue(new String(bytes, StandardCharsets.UTF_8));
      }
    }

    private static boolean isAscii(byte[] bytes) {
      for (byte b : bytes) {
        if (b < 0) {
          return false;
        }
      }
      return true;
    }
  }

  static final class Reader extends StdDeserializer<Document> {

    private static final long serialVersionUID = 1;

    Reader() {
      super(Document.class);
    }

    @Override
    public Document deserialize(JsonParser json, DeserializationContext context)
        throws IOException {
      if (context.getAttribute(RecordJson.BETWEEN_NODES) != null) {
        return Document.stored(Buffer.buffer(json.getBinaryValue()));
      }
      char[] source = (char[]) json.currentTokenLocation().contentReference().getRawContent();
      int start = (int) json.currentTokenLocation().getCharOffset();
      json.skipChildren();
      if (json.currentToken().isScalarValue()) {
        json.finishToken();
      }
      int end = (int) json.currentLocation().getCharOffset();
      return Document.of(new String(source, start, end - start));
    }

    /** An absent property is null, not the JSON document {@code null}. */
    @Override
    public @Nullable Object getAbsentValue(DeserializationContext context) {
      return null;
    }

    /** An explicit null is the JSON document {@code null}. */
    @Override
    public Document getNullValue(DeserializationContext context) {
      return Document.of("null");
    }
  }
}
