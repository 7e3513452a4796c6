package io.aetherkeep.launcher.settings;

import static java.time.Duration.ofMillis;

import io.aetherkeep.router.access.AllowedOrigins;
import io.aetherkeep.router.access.Proxies;
import io.aetherkeep.router.access.identity.AccessSettings;
import io.aetherkeep.router.access.identity.AccessSettings.Rate;
import io.aetherkeep.router.access.identity.AccessSettings.SameSite;
import io.aetherkeep.router.settings.ListenerSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reader of the settings of listeners and access control. */
final class AccessReading {

  private static final String OFF = "off";
  private static final String COOKIE_KEYS = "access.cookie-key-file";

  private AccessReading() {}

  static AccessSettings access(SettingsReader reader) {
    return new AccessSettings(
        reader.file("access.keys-file"),
        reader.file("access.jwks-file"),
        reader.text("access.issuer"),
        reader.text("access.audience"),
        reader.duration("access.leeway", Duration.ZERO),
        reader.duration("access.reload-every", ofMillis(10)),
        rate(reader, "access.key-"),
        rate(reader, "access.address-"),
        cookies(reader));
  }

  private static AccessSettings.Cookies cookies(SettingsReader reader) {
    Path keys = reader.file(COOKIE_KEYS);
    boolean open =
        reader.text("access.keys-file").isEmpty() && reader.text("access.jwks-file").isEmpty();
    if (keys != null && open) {
      reader.refused(COOKIE_KEYS, "needs credentials: access.keys-file or access.jwks-file");
    }
    return new AccessSettings.Cookies(
        keys,
        reader.choice("access.cookie-same-site", SameSite.class, List.of(SameSite.values())),
        reader.flag("access.cookie-for-anybody"));
  }

  private static Rate rate(SettingsReader reader, String path) {
    return new Rate(
        reader.number(path + "rate", 0, 1_000_000), reader.number(path + "burst", 1, 1_000_000));
  }

  /**
   * Reads the settings of the listeners.
   *
   * @param open whether no credentials are configured
   */
  static ListenerSettings listener(SettingsReader reader, boolean open) {
    Path certificate = reader.file("http.tls-certificate");
    Path key = reader.file("http.tls-key");
    requireBoth(reader, certificate, key);
    int management = management(reader);
    return new ListenerSettings(
        reader.duration("http.head-timeout", ofMillis(10)),
        reader.number("http.connections-per-address", 0, 1_000_000),
        origins(reader),
        certificate,
        key,
        reader.host("http.management-host", open),
        management,
        trustedProxies(reader));
  }

  private static void requireBoth(
      SettingsReader reader, @Nullable Path certificate, @Nullable Path key) {
    if ((certificate == null) != (key == null) && reader.isSound("http.tls-")) {
      reader.wrong(
          certificate == null ? "http.tls-certificate" : "http.tls-key",
          "an existing file, as the other of http.tls-certificate and http.tls-key is");
    }
  }

  private static int management(SettingsReader reader) {
    String path = "http.management-port";
    if (reader.text(path).equals(OFF)) {
      return ListenerSettings.NO_MANAGEMENT;
    }
    int port = reader.number(path, 0, 65535);
    if (port != 0 && reader.text(path).equals(reader.text("http.port"))) {
      reader.wrong(path, "another port than http.port");
    }
    return port;
  }

  private static List<String> origins(SettingsReader reader) {
    return list(
        reader,
        "http.origins",
        AllowedOrigins::isOrigin,
        "a list of origins like https://app.example, http://localhost:3000");
  }

  private static List<String> trustedProxies(SettingsReader reader) {
    return list(
        reader,
        "http.trusted-proxies",
        Proxies::isNetwork,
        "a list of addresses and networks like 10.0.0.7, 192.168.0.0/16, 2001:db8::/32");
  }

  private static List<String> list(
      SettingsReader reader, String path, Predicate<String> isSound, String expected) {
    List<String> words =
        Stream.of(reader.text(path).split("[, ]+", -1)).filter(word -> !word.isEmpty()).toList();
    if (words.stream().allMatch(isSound)) {
      return words;
    }
    reader.wrong(path, expected);
    return List.of();
  }
}
