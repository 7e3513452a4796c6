package io.aetherkeep.launcher.command;

import io.aetherkeep.launcher.settings.Settings;
import io.aetherkeep.launcher.settings.SettingsException;
import io.aetherkeep.router.settings.ListenerSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.HttpsURLConnection;
import org.jspecify.annotations.Nullable;

/**
 * The health command: checks whether the node that runs with the same settings is live or ready,
 * for health checks of containers without a shell. Over TLS it trusts only the node's certificate.
 */
public final class HealthCommand {

  private static final int PATIENCE_MILLIS = 5000;

  private HealthCommand() {}

  /** Returns whether the node is live or, with {@code --ready}, ready. */
  public static boolean run(Settings settings, List<String> words, PrintStream out) {
    if (!words.isEmpty() && !words.equals(List.of("--ready"))) {
      throw new SettingsException(List.of("health takes --ready and nothing else; see --help"));
    }
    String url = url(settings) + (words.isEmpty() ? "/health/live" : "/health/ready");
    try {
      HttpURLConnection connection = open(url, settings.http().listener().certificate());
      int status = connection.getResponseCode();
      boolean up = status == HttpURLConnection.HTTP_OK;
      out.println(text(up ? connection.getInputStream() : connection.getErrorStream()));
      return up;
    } catch (IOException | GeneralSecurityException e) {
      out.println(url + " does not answer: " + e.getMessage());
      return false;
    }
  }

  private static String url(Settings settings) {
    ListenerSettings listener = settings.http().listener();
    String host = listener.hasManagement() ? listener.managementHost() : settings.http().host();
    int port = listener.hasManagement() ? listener.managementPort() : settings.http().port();
    if (port == 0) {
      throw new SettingsException(List.of("health needs a port that is not 0"));
    }
    boolean any = host.equals("0.0.0.0") || host.equals("::");
    String reached = any ? "127.0.0.1" : host;
    String inUrl = reached.contains(":") ? "[" + reached + "]" : reached;
    return (listener.isTls() ? "https://" : "http://") + inUrl + ":" + port;
  }

  private static HttpURLConnection open(String url, @Nullable Path certificate)
      throws IOException, GeneralSecurityException {
    HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
    connection.setConnectTimeout(PATIENCE_MILLIS);
    connection.setReadTimeout(PATIENCE_MILLIS);
    if (connection instanceof HttpsURLConnection tls && certificate != null) {
      tls.setSSLSocketFactory(TrustedCertificates.context(certificate).getSocketFactory());
      // The certificate itself is trusted; it names another host than this address.
      tls.setHostnameVerifier((host, session) -> true);
    }
    return connection;
  }

  private static String text(@Nullable InputStream body) throws IOException {
    byte[] bytes = Objects.requireNonNullElseGet(body, InputStream::nullInputStream).readAllBytes();
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
