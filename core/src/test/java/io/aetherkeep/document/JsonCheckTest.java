package io.aetherkeep.document;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The check accepts exactly one JSON value in UTF-8. */
class JsonCheckTest {

  private static final String SAMPLE =
      "{ \"topic_id\":\"t\\u00e91 é😀\", \"n\": [1, -2.5e+3, true, false, null, {}, []],"
          + "\r\n\t\"nested\":{\"a\":{\"b\":[[\"\\\"\\\\\\n\"]]}}}";

  private static boolean passes(String json) {
    return JsonCheck.passes(json.getBytes(UTF_8));
  }

  private static String refusal(byte[] bytes) {
    assertFalse(JsonCheck.passes(bytes));
    Failure failure = assertThrows(Failure.class, () -> JsonCheck.require(bytes));
    assertEquals(Code.INVALID_BODY, failure.code());
    return failure.detail();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "true",
        "false",
        "0",
        "-0",
        "12",
        "-1.5e-10",
        "1E400",
        "123456789012345678901234567890123456789012345678901234567890.5",
        "\"\"",
        "\"a\"",
        "\"\\ud83d\\ude00 \\/ \\b\"",
        "\"\u007F\u2028\uFFFD\"",
        "{}",
        "[]",
        " \t\r\n{ } \n",
        "{\"a\":1,\"a\":2}",
        "{\"\":{\"\":[]}}"
      })
  void json_passes(String json) {
    assertTrue(passes(json));
    JsonCheck.require(json.getBytes(UTF_8));
  }

  /** Signs, the decimal point and the exponent's letter do not count as digits. */
  @Test
  void number_hasAtMostAThousandDigits() {
    String digits = "1".repeat(JsonScanner.LONGEST_NUMBER - 2);
    assertTrue(passes("-1." + digits + "e-1"));
    assertFalse(passes("-1." + digits + "e-12"));
    assertFalse(passes("11" + digits + "1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "nul",
        "nulll",
        "True",
        "None",
        "undefined",
        "NaN",
        "-NaN",
        "Infinity",
        "-Infinity",
        "[NaN]",
        "+1",
        "01",
        "-",
        "-01",
        "1.",
        ".5",
        "1e",
        "1e+",
        "0x10",
        "1_000",
        "'a'",
        "{a:1}",
        "{'a':1}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{,}",
        "{1:1}",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[1}",
        "]",
        "}",
        ":",
        "\"a\nb\"",
        "\"a\tb\"",
        "[\"\u0000\"]",
        "\"\\x41\"",
        "\"\\u12\"",
        "\"\\u12G4\"",
        "{}// comment",
        "/* comment */{}",
        "# comment\n1",
        "\u00A0{}",
        "{}\f",
        "{}\u0000",
        "session:{}"
      })
  void whatIsNoJson_isRefused(String text) {
    assertTrue(refusal(text.getBytes(UTF_8)).startsWith("The body "));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}{}",
        "[] []",
        "1 2",
        "null,",
        "{}]",
        "\"a\"\"b\"",
        "\"a\" 1",
        "1\n2",
        "{}x",
        "true false"
      })
  void aSecondValue_isRefused(String text) {
    refusal(text.getBytes(UTF_8));
  }

  @Test
  void aDocumentBrokenOffAnywhere_isRefused() {
    byte[] whole = SAMPLE.getBytes(UTF_8);
    assertTrue(JsonCheck.passes(whole));
    for (int length = 0; length < whole.length; length++) {
      refusal(Arrays.copyOf(whole, length));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"", "\"abc", "\"abc\\", "\"abc\\\"", "\"\\u00e", "[\"abc"})
  void aStringThatNeverEnds_isRefused(String text) {
    refusal(text.getBytes(UTF_8));
  }

  @Test
  void aLongStringThatNeverEnds_isRefused() {
    refusal(("\"" + "x".repeat(100_000)).getBytes(UTF_8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\n", " \t\r\n ", "          "})
  void nothing_isRefused(String text) {
    assertEquals("The body is empty", refusal(text.getBytes(UTF_8)));
  }

  /**
   * Overlong, lone and truncated sequences, surrogates, code points beyond the last, invalid bytes.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "C080",
        "C1BF",
        "E08080",
        "E09FBF",
        "F0808080",
        "F08FBFBF",
        "80",
        "BF",
        "C3",
        "C328",
        "E282",
        "E28228",
        "F09F98",
        "F09F9828",
        "EDA080",
        "EDBFBF",
        "EDA0BDEDB880",
        "F4908080",
        "F8888080",
        "FE",
        "FF"
      })
  void bytesThatAreNotUtf8_areRefused(String hex) {
    for (String json : new String[] {"22%s22", "5B22%s225D", "7B22%s223A317D", "%s"}) {
      refusal(HexFormat.of().parseHex(String.format(json, hex)));
    }
    assertEquals("The body is not UTF-8", refusal(HexFormat.of().parseHex("22" + hex + "22")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "UTF-32LE", "UTF-32BE"})
  void anotherEncoding_isRefused(String name) {
    for (String json : new String[] {"1", "{}", "\"é\"", "[12345]", " {}"}) {
      assertEquals("The body is not UTF-8", refusal(json.getBytes(Charset.forName(name))));
    }
  }

  @Test
  void aByteOrderMark_isRefused() {
    assertTrue(refusal("\uFEFF{}".getBytes(UTF_8)).contains("byte order mark"));
    refusal("\uFEFF".getBytes(UTF_8));
    refusal("{}\uFEFF".getBytes(UTF_8));
  }

  @Test
  void nesting_isBounded() {
    assertTrue(passes("[".repeat(400) + "]".repeat(400)));
    assertTrue(passes("{\"a\":".repeat(400) + "1" + "}".repeat(400)));
    assertTrue(refusal("[".repeat(10_000).getBytes(UTF_8)).contains("deeper"));
    refusal(("[".repeat(10_000) + "]".repeat(10_000)).getBytes(UTF_8));
    refusal("{\"a\":".repeat(10_000).getBytes(UTF_8));
  }

  @Test
  void lengths_areNotBounded() {
    assertTrue(passes("\"" + "é".repeat(1 << 20) + "\""));
    assertTrue(passes("{\"" + "n".repeat(1 << 20) + "\":1}"));
    assertTrue(passes("[1" + ",1".repeat(1 << 20) + "]"));
  }

  @Test
  void refusal_saysWhereAndNotWhat() {
    String detail = refusal("{\"password\":\"hunter2\",}".getBytes(UTF_8));
    assertTrue(detail.matches(".*near byte \\d+"), detail);
    assertFalse(detail.contains("hunter2"));
  }

  @Property
  void check_neverBreaksOnAnyBytes(@ForAll byte[] bytes) {
    assertEquals(JsonCheck.passes(bytes), JsonCheck.passes(bytes.clone()));
  }
}
