package io.aetherkeep.client;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reader of lists that come in pages. */
final class CursorPages {

  private CursorPages() {}

  /** A page, and the cursor of the next. */
  record Page<T>(List<T> items, @Nullable String next) {}

  /** Reads all pages. */
  static <T> List<T> all(HttpCall call, Function<HttpCall, Page<T>> read) {
    List<T> all = new ArrayList<>();
    String cursor = null;
    do {
      Page<T> page = read.apply(call.query("cursor", cursor));
      all.addAll(page.items());
      cursor = page.next();
    } while (cursor != null);
    return all;
  }
}
