package io.aetherkeep.router.codec;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/**
 * Framing of one request, as its head declares it: finds what another parser could delimit
 * differently, by the fields that Netty merges or drops and the lines that it joins or skips.
 */
final class HeadFraming {

  private int hosts;
  private int lengths;
  private int encodings;
  private boolean isMisread;
  private boolean inFields;

  /** Inspects bytes of a head before they are decoded. */
  void inspect(ByteBuf in) {
    if (!isMisread) {
      isMisread = isAmbiguous(in);
    }
  }

  /**
   * Whether the next head has a folded line, which Netty joins to the one before, or begins with
   * bytes that Netty skips: another parser could read either differently.
   */
  private boolean isAmbiguous(ByteBuf in) {
    boolean fields = inFields;
    int end = in.writerIndex();
    for (int start = in.readerIndex(); start < end; ) {
      byte first = in.getByte(start);
      boolean isBlank = first == '\r' || first == '\n';
      if (fields ? first == ' ' || first == '\t' : first <= ' ' && !isBlank) {
        return true;
      }
      int feed = in.indexOf(start, end, (byte) '\n');
      if (feed < 0 || (fields && isBlank)) {
        return false;
      }
      fields |= !isBlank;
      start = feed + 1;
    }
    return false;
  }

  /** Notes that the request line was read, and fields follow. */
  void beginFields() {
    inFields = true;
  }

  /** Counts a field that delimits the request. */
  void count(AsciiString name, int length) {
    if (length == 4 && HttpHeaderNames.HOST.contentEqualsIgnoreCase(name)) {
      hosts++;
    } else if (length == 14 && HttpHeaderNames.CONTENT_LENGTH.contentEqualsIgnoreCase(name)) {
      lengths++;
    } else if (length == 17 && HttpHeaderNames.TRANSFER_ENCODING.contentEqualsIgnoreCase(name)) {
      encodings++;
    }
  }

  /** Notes the end of the head. */
  void endFields() {
    inFields = false;
  }

  /** Returns why the request is refused, or null if it is unambiguous. */
  @Nullable String fault(HttpRequest request) {
    boolean isNewer = HttpVersion.HTTP_1_1.equals(request.protocolVersion());
    if (isMisread) {
      return "A request begins with its method, and none of its lines is folded";
    }
    if (hosts > 1 || (hosts == 0 && isNewer)) {
      return "A request must have exactly one Host header";
    }
    if (encodings == 0) {
      return null;
    }
    String encoding = request.headers().get(HttpHeaderNames.TRANSFER_ENCODING);
    boolean plain = encodings == 1 && "chunked".equalsIgnoreCase(encoding);
    return lengths > 0 || !plain || !isNewer
        ? "A body must have either Content-Length or, in HTTP/1.1, Transfer-Encoding: chunked"
        : null;
  }

  /** Whether the body has a transfer coding; without a fault, it is chunked. */
  boolean hasTransferCoding() {
    return encodings > 0;
  }

  /** Resets the counters at the end of a request. */
  void reset() {
    isMisread = false;
    hosts = 0;
    lengths = 0;
    encodings = 0;
  }
}
