package io.aetherkeep.router;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.CacheAsks.Entry;
import io.aetherkeep.catalogue.CacheAsks.Source;
import io.aetherkeep.document.Document;
import io.aetherkeep.router.api.CacheStatus;
import io.aetherkeep.router.codec.HeaderList;
import io.aetherkeep.router.http.CacheControl;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Structured header fields: parsing by a file of cases, and the format of those sent. */
final class HeaderFieldsTest {

  private static final String KEY = "[a-z*][a-z0-9_.*-]*";
  private static final String TOKEN = "[A-Za-z*][A-Za-z0-9:/!#$%&'*+.^_`|~-]*";
  private static final String STRING = "\"(?:[ !#-\\[\\]-~]|\\\\[\"\\\\])*\"";
  private static final String ITEM =
      "(?:" + TOKEN + "|" + STRING + "|-?[0-9]{1,15}|\\?[01]|-?[0-9]{1,12}\\.[0-9]{1,3})";
  private static final String MEMBER = ITEM + "(?:; *" + KEY + "(?:=" + ITEM + ")?)*";

  /** A list of items (RFC 9651, section 3.1). */
  private static final Pattern LIST = Pattern.compile(MEMBER + "(?: *, *" + MEMBER + ")*");

  static Stream<List<String>> cases() throws IOException {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(
                    HeaderFieldsTest.class.getResourceAsStream("header-fields.txt")),
                StandardCharsets.UTF_8))) {
      return lines
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> Arrays.stream(line.split("\\|", -1)).map(String::strip).toList())
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void field_isReadAsTheCaseSays(List<String> one) {
    assertEquals(one.get(3), read(one.get(0), one.get(1), one.get(2)));
  }

  private static String read(String field, String came, String name) {
    try {
      Object value =
          switch (field) {
            case "prefer" -> HeaderList.preference(List.of(came), name);
            case "quality" -> HeaderList.quality(List.of(came), name);
            case "max-age" -> CacheControl.maxAge(StubRequest.with("Cache-Control", came));
            default -> throw new IllegalArgumentException(field);
          };
      return value == null ? "-" : value.toString();
    } catch (Failure refused) {
      return "refused";
    }
  }

  @ParameterizedTest
  @EnumSource
  void cacheStatus_isAStructuredList(Source source) {
    for (long left : new long[] {-7, -1, 0, 3600}) {
      assertList(CacheStatus.of(new Entry(Document.of("1"), 0, left, source)));
    }
    assertList(CacheStatus.MISS);
  }

  @ParameterizedTest
  @CsvSource({
    "'a, b;c=?1;d=1.5', true",
    "'\"x\\\"\";r=1;t=2', true",
    "'a;B=1', false",
    "'a,', false"
  })
  void theGrammar_tellsListsFromOthers(String text, boolean list) {
    assertEquals(list, LIST.matcher(text).matches());
  }

  @Test
  void preferences_inSeveralLines_areOneList() {
    assertEquals("5", HeaderList.preference(List.of("respond-async", "wait=5"), "wait"));
  }

  private static void assertList(String text) {
    assertTrue(LIST.matcher(text).matches(), text);
  }
}
