package io.aetherkeep.router.watch.topic;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aetherkeep.testing.Allocations;
import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A document as a server-sent event, with one data line for each of its lines. */
class EventLinesTest {

  @ParameterizedTest
  @CsvSource({
    "{}, data: {}|",
    "'', data: |",
    "{~}, data: {|data: }|",
    "{^}, data: {|data: }|",
    "{^~}, data: {|data: }|",
    "{~^}, data: {|data: |data: }|",
    "{~~}, data: {|data: |data: }|",
    "{}~, data: {}|data: |",
    "{}^, data: {}|data: |",
    "\"é\", data: \"é\"|"
  })
  void document_isLinesOfData(String document, String data) {
    Buffer json = Buffer.buffer(document.replace('~', '\n').replace('^', '\r'));
    String lines = EventLines.of("event: x\n", json).toString();
    assertEquals("event: x\n" + data.replace('|', '\n') + "\n", lines);
  }

  @Test
  void bytesAllocated_areLinearInTheDocument() {
    Allocations.requireLinear(
        100_000,
        lines -> {
          Buffer document = Buffer.buffer("{\r\n\"a\": 1}".repeat(lines / 10));
          return () -> EventLines.of("id: 1\n", document);
        });
  }
}
