package io.aetherkeep.router.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufOutputStream;
import java.io.IOException;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** Gzip content coding, the only one that this server compresses answers with. */
public final class Gzip {

  /** Suffix of a compressed answer's entity tag. */
  public static final String TAG_SUFFIX = "-gzip";

  private static final Pattern REFUSED = Pattern.compile("q\\s*=\\s*0(\\.0*)?");

  private Gzip() {}

  /** Whether an {@code Accept-Encoding} such as {@code br, gzip;q=0.8} accepts gzip. */
  public static boolean isAccepted(@Nullable String codings) {
    if (codings == null) {
      return false;
    }
    boolean any = false;
    for (String coding : codings.toLowerCase(Locale.ROOT).split(",", -1)) {
      String[] parts = coding.split(";", 2);
      String name = parts[0].strip();
      boolean refused = parts.length > 1 && REFUSED.matcher(parts[1].strip()).matches();
      if (name.equals("gzip") || name.equals("x-gzip")) {
        return !refused;
      }
      any |= name.equals("*") && !refused;
    }
    return any;
  }

  static ByteBuf packed(ByteBufAllocator allocator, ByteBuf content) throws IOException {
    ByteBuf smaller = allocator.buffer(content.readableBytes() / 2);
    try (GZIPOutputStream gzip = new GZIPOutputStream(new ByteBufOutputStream(smaller))) {
      content.getBytes(content.readerIndex(), gzip, content.readableBytes());
    }
    return smaller;
  }
}
