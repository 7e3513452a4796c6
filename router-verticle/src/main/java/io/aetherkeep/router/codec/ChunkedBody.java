package io.aetherkeep.router.codec;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpContent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Strict decoder of the chunked transfer coding (RFC 9112, section 7.1): sizes have at most eight
 * digits, which cannot overflow, lines end in CR LF, extensions must be well formed and are
 * ignored, trailers are checked and dropped.
 */
final class ChunkedBody {

  private static final int LONGEST_LINE = 1024;
  private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]++";
  private static final String QUOTED =
      "\"(?:[\t !#-\\[\\]-~\\x80-\\xff]|\\\\[\t -~\\x80-\\xff])*+\"";
  private static final Pattern SIZE =
      Pattern.compile(
          "([0-9A-Fa-f]{1,8})(?:[\t ]*+;[\t ]*+%1$s(?:[\t ]*+=[\t ]*+(?:%1$s|%2$s))?+)*+"
              .formatted(TOKEN, QUOTED));
  private static final Pattern TRAILER =
      Pattern.compile("%s:[\t -~\\x80-\\xff]*+".formatted(TOKEN));

  private enum Part {
    SIZE,
    DATA,
    DATA_END,
    TRAILERS
  }

  private Part part = Part.SIZE;
  private int left;
  private int trailerBytesLeft;

  /**
   * Creates the decoder of one body.
   *
   * @param mostTrailerBytes how many bytes all trailers may have together
   */
  ChunkedBody(int mostTrailerBytes) {
    this.trailerBytesLeft = mostTrailerBytes;
  }

  /**
   * Reads the available part of the body, not beyond its end; returns whether the body has ended.
   *
   * @param out receives the content
   */
  boolean read(ByteBuf in, List<Object> out) {
    while (in.isReadable()) {
      if (part == Part.DATA) {
        take(in, out);
        continue;
      }
      String line = line(in);
      if (line == null) {
        return false;
      }
      if (part == Part.SIZE) {
        begin(line);
      } else if (part == Part.DATA_END) {
        require(line.isEmpty(), "A chunk is longer than its declared size");
        part = Part.SIZE;
      } else if (line.isEmpty()) {
        return true;
      } else {
        drop(line);
      }
    }
    return false;
  }

  private void take(ByteBuf in, List<Object> out) {
    int length = Math.min(left, in.readableBytes());
    out.add(new DefaultHttpContent(in.readRetainedSlice(length)));
    left -= length;
    if (left == 0) {
      part = Part.DATA_END;
    }
  }

  private void begin(String line) {
    Matcher size = SIZE.matcher(line);
    require(size.matches(), "A chunk begins with its size in 1 to 8 hexadecimal digits");
    long bytes = Long.parseLong(size.group(1), 16);
    require(bytes <= Integer.MAX_VALUE, "A chunk has less than 2 GiB");
    left = (int) bytes;
    part = left == 0 ? Part.TRAILERS : Part.DATA;
  }

  private void drop(String trailer) {
    require(TRAILER.matcher(trailer).matches(), "A trailer is a name, a colon and a value");
    trailerBytesLeft -= trailer.length() + 2;
    require(trailerBytesLeft >= 0, "The trailers are too long");
  }

  /** Returns the next line without its CR LF, or null if it is incomplete. */
  private @Nullable String line(ByteBuf in) {
    int most = part == Part.TRAILERS ? trailerBytesLeft + 2 : LONGEST_LINE;
    int available = Math.min(most, in.readableBytes());
    int feed = in.indexOf(in.readerIndex(), in.readerIndex() + available, (byte) '\n');
    if (feed < 0) {
      require(available < most, "A line between chunks is too long");
      return null;
    }
    require(
        feed > in.readerIndex() && in.getByte(feed - 1) == '\r',
        "Lines between chunks end in CR LF");
    String line =
        in.toString(in.readerIndex(), feed - 1 - in.readerIndex(), StandardCharsets.ISO_8859_1);
    in.readerIndex(feed + 1);
    return line;
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new FramingException(otherwise);
    }
  }
}
