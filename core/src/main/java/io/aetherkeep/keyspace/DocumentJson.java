package io.aetherkeep.keyspace;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Embeds a document's bytes in a record's JSON as they are, and cuts them out again. */
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
      json.writeRawValue(document.bytes().toString(StandardCharsets.UTF_8));
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
      byte[] source = (byte[]) json.currentTokenLocation().contentReference().getRawContent();
      int start = (int) json.currentTokenLocation().getByteOffset();
      json.skipChildren();
      if (json.currentToken().isScalarValue()) {
        json.finishToken();
      }
      int end = (int) json.currentLocation().getByteOffset();
      return Document.received(Buffer.buffer().appendBytes(source, start, end - start));
    }

    /** JSON's own null is a document as well. */
    @Override
    public Document getNullValue(DeserializationContext context) {
      return Document.of("null");
    }
  }
}
