package io.aetherkeep.keyspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A user id keeps its JSON type, string or number, however large. */
class UserIdTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @ParameterizedTest
  @ValueSource(
      strings = {"\"u1\"", "\"789\"", "\"\"", "789", "-1", "0", "123456789012345678901234567890"})
  void json_isWhatItWas(String json) throws Exception {
    assertEquals(json, JSON.writeValueAsString(JSON.readValue(json, UserId.class)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.0", "1e3", "true", "[]", "{}"})
  void json_thatIsNeitherIsRefused(String json) {
    assertThrows(JsonMappingException.class, () -> JSON.readValue(json, UserId.class));
  }

  @ParameterizedTest
  @CsvSource({"0,true", "-0,true", "789,true", "007,false", "1.0,false", "1e3,false", "x,false"})
  void isWhole_isWhatJsonCallsAWholeNumber(String text, boolean whole) {
    assertEquals(whole, UserId.isWhole(text));
  }

  @Test
  void fitsKeys_isWhatAnIndexCanBeNamedAfter() {
    assertTrue(UserId.named("u:1").fitsKeys());
    assertTrue(UserId.numbered(-7).fitsKeys());
    assertFalse(UserId.named("John Doe").fitsKeys());
    assertFalse(UserId.named("").fitsKeys());
  }
}
