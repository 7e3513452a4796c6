package io.aetherkeep.router.access;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Origins that are allowed. */
class AllowedOriginsTest {

  private final AllowedOrigins origins =
      AllowedOrigins.of(List.of("https://app.example", "http://localhost:3000"));

  @ParameterizedTest
  @CsvSource({
    "https://app.example, true",
    "HTTPS://App.Example, true",
    "http://localhost:3000, true",
    "http://app.example, false",
    "https://app.example:8443, false",
    "https://app.example.evil.example, false",
    "https://evil.example/https://app.example, false",
    "https://xapp.example, false",
    "null, false",
    "'', false",
    "http://127.0.0.1:8080, true",
    "https://127.0.0.1:8080, true",
    "http://127.0.0.1:8081, false",
    "://127.0.0.1:8080, false",
    "http://127.0.0.1:8080.evil.example, false",
  })
  void onlyThoseOfTheList_andTheServersOwn(String origin, boolean may) {
    assertEquals(may, origins.admit(origin, "127.0.0.1:8080"));
  }

  @ParameterizedTest
  @CsvSource({
    "https://app.example, true",
    "http://[::1]:3000, true",
    "http://localhost, true",
    "https://app.example/, false",
    "app.example, false",
    "*, false",
    "null, false",
    "https://*.example, false",
    "ftp://app.example, false",
    "https://a b, false"
  })
  void anOrigin_isASchemeAndAHost(String text, boolean is) {
    assertEquals(is, AllowedOrigins.isOrigin(text));
  }
}
