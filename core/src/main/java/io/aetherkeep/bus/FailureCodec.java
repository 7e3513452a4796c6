package io.aetherkeep.bus;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Codec of a {@link Failure} with its detail and members, which a plain reply would lose. */
final class FailureCodec implements MessageCodec<Failure, Failure> {

  @Override
  public void encodeToWire(Buffer buffer, Failure failure) {
    RecordCodec.append(buffer, failure.code().text().getBytes(StandardCharsets.UTF_8));
    RecordCodec.append(buffer, failure.detail().getBytes(StandardCharsets.UTF_8));
    RecordCodec.append(buffer, RecordJson.writeForNode(failure.members()));
  }

  @Override
  public Failure decodeFromWire(int position, Buffer buffer) {
    byte[] code = RecordCodec.read(buffer, position);
    byte[] detail = RecordCodec.read(buffer, position + Integer.BYTES + code.length);
    int next = position + 2 * Integer.BYTES + code.length + detail.length;
    // A newer node may send codes that this one does not know.
    return Failure.of(
        Code.of(new String(code, StandardCharsets.UTF_8)).orElse(Code.INTERNAL),
        new String(detail, StandardCharsets.UTF_8),
        members(buffer, next));
  }

  /** The extension members; older nodes send none. */
  @SuppressWarnings("unchecked") // written as texts by name
  private static Map<String, String> members(Buffer buffer, int position) {
    return position >= buffer.length()
        ? Map.of()
        : (Map<String, String>)
            RecordJson.readFromNode(RecordCodec.read(buffer, position), LinkedHashMap.class);
  }

  @Override
  public Failure transform(Failure failure) {
    return failure;
  }

  @Override
  public String name() {
    return "aetherkeep.failure";
  }

  @Override
  public byte systemCodecID() {
    return -1;
  }
}
