package io.aetherkeep.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Valid and invalid JSON, and merge patches, as cases in files. */
class JsonCasesTest {

  private static String text(String file) throws IOException {
    try (InputStream in = JsonCasesTest.class.getResourceAsStream(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static Stream<String> lines(String file) throws IOException {
    return text(file).lines().skip(1);
  }

  static Stream<String> taken() throws IOException {
    return lines("json-taken.txt");
  }

  static Stream<String> refused() throws IOException {
    return lines("json-refused.txt");
  }

  static Stream<String> mergePatches() throws IOException {
    String cases = text("merge-patches.txt");
    return Arrays.stream(cases.substring(cases.indexOf('\n') + 1).split("\n\n", -1));
  }

  private static byte[] bytes(String line) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int from = 0;
    for (int at = line.indexOf("\\x"); at >= 0; at = line.indexOf("\\x", from)) {
      bytes.writeBytes(line.substring(from, at).getBytes(StandardCharsets.UTF_8));
      bytes.writeBytes(HexFormat.of().parseHex(line, at + 2, at + 4));
      from = at + 4;
    }
    bytes.writeBytes(line.substring(from).getBytes(StandardCharsets.UTF_8));
    return bytes.toByteArray();
  }

  @ParameterizedTest
  @MethodSource
  void taken(String line) {
    assertTrue(JsonCheck.passes(bytes(line)));
    assertTrue(JsonFuzzTest.isJson(bytes(line)), "other readers take it too");
  }

  @ParameterizedTest
  @MethodSource
  void refused(String line) {
    assertFalse(JsonCheck.passes(bytes(line)));
  }

  @ParameterizedTest
  @MethodSource
  void mergePatches(String three) {
    String[] lines = three.strip().split("\n", -1);
    Document merged = Members.merged(Document.of(lines[0]), Document.of(lines[1]));
    assertEquals(lines[2], merged.toString());
  }
}
