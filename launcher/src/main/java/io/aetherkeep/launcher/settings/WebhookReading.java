package io.aetherkeep.launcher.settings;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import io.aetherkeep.catalogue.WebhookAsks.WebhookEvent;
import io.aetherkeep.catalogue.WebhookAsks.WebhookFormat;
import io.aetherkeep.delivery.AddressPolicy;
import io.aetherkeep.delivery.Network;
import io.aetherkeep.delivery.RetrySchedule;
import io.aetherkeep.delivery.TargetUrl;
import io.aetherkeep.delivery.WebhookSignature;
import io.aetherkeep.webhook.WebhookSettings;
import io.aetherkeep.webhook.WebhookSettings.Declared;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reader of the settings of webhooks, and of the webhooks that spaces declare. */
final class WebhookReading {

  private static final Set<String> NAMES =
      new TreeSet<>(List.of("url", "events", "secret", "format", "credential"));

  private final SettingsReader reader;
  private final SettingsSource source;
  private final AddressPolicy addresses;

  private WebhookReading(SettingsReader reader, SettingsSource source) {
    this.reader = reader;
    this.source = source;
    this.addresses = new AddressPolicy(networks(reader));
  }

  static WebhookSettings of(SettingsReader reader, SettingsSource source) {
    return new WebhookReading(reader, source).read();
  }

  private WebhookSettings read() {
    Duration first = reader.duration("webhooks.first-retry", ofMillis(1));
    Duration longest = reader.duration("webhooks.longest-retry", ofMillis(1));
    if (reader.isSound("webhooks.") && longest.compareTo(first) < 0) {
      reader.wrong("webhooks.longest-retry", "webhooks.first-retry or longer");
    }
    Map<String, List<Declared>> declared = new LinkedHashMap<>();
    for (String space : source.spaces()) {
      declared.put(space, declared("spaces." + space + ".webhooks."));
    }
    return new WebhookSettings(
        addresses,
        reader.duration("webhooks.timeout", ofMillis(100)),
        new RetrySchedule(
            first,
            longest.compareTo(first) < 0 ? first : longest,
            reader.duration("webhooks.give-up-after", ofSeconds(0))),
        reader.number("webhooks.backlog", 100, 10_000_000),
        reader.duration("webhooks.poll-every", ofMillis(10)),
        declared);
  }

  private static List<Network> networks(SettingsReader reader) {
    List<Network> networks = new ArrayList<>();
    for (String word : reader.words("webhooks.allow-networks")) {
      Network.parse(word)
          .ifPresentOrElse(
              networks::add,
              () ->
                  reader.wrong(
                      "webhooks.allow-networks", "networks such as 10.1.0.0/16, fd00::/8"));
    }
    return networks;
  }

  private List<Declared> declared(String path) {
    List<String> ids =
        source.below(path).stream()
            .filter(this::isKnown)
            .map(setting -> setting.path().substring(path.length()).split("\\.", -1)[0])
            .distinct()
            .toList();
    return ids.stream().flatMap(id -> declared(path, id).stream()).toList();
  }

  private boolean isKnown(Setting setting) {
    String name = setting.path().substring(setting.path().lastIndexOf('.') + 1);
    if (setting.text().equals(Setting.EMPTY_SECTION) || NAMES.contains(name)) {
      return NAMES.contains(name);
    }
    reader.problem(
        "%s (%s): a webhook has no such setting; %s"
            .formatted(setting.path(), setting.source(), Spelling.near(name, NAMES)));
    return false;
  }

  private Optional<Declared> declared(String path, String id) {
    String one = path + id + ".";
    boolean url = isUrl(one);
    boolean secret = require(one, "secret", hasSecret(one), "whsec_ and 24 to 64 bytes in Base64");
    boolean events =
        require(
            one,
            "events",
            !words(one).isEmpty() && WebhookEvent.all().containsAll(words(one)),
            "some of " + String.join(", ", new TreeSet<>(WebhookEvent.all())));
    boolean form =
        require(one, "format", format(one).isPresent(), "standard, fastly, cloudflare or varnish");
    boolean purges =
        !events
            || !form
            || require(
                one, "events", isPurge(one), "cache-invalidated alone, which a CDN format needs");
    return isName(path, id) && url && secret && events && form && purges
        ? Optional.of(
            new Declared(
                id,
                text(one, "url"),
                Stream.of(WebhookEvent.values())
                    .filter(event -> words(one).contains(event.text()))
                    .toList(),
                format(one).orElseThrow(),
                text(one, "secret"),
                text(one, "credential")))
        : Optional.empty();
  }

  /** Whether the URL is valid, and the policy refuses no address that it contains. */
  private boolean isUrl(String path) {
    Optional<TargetUrl> target = TargetUrl.parse(text(path, "url"));
    Optional<String> refusal = target.flatMap(addresses::refusal);
    refusal.ifPresent(reason -> reader.problem("%surl: %s".formatted(path, reason)));
    return require(path, "url", target.isPresent(), "an HTTP URL") && refusal.isEmpty();
  }

  private boolean isName(String path, String id) {
    boolean sound = id.matches("[A-Za-z0-9_-]{1,64}");
    if (!sound) {
      reader.problem(
          "%s%s: a name must have 1 to 64 of A-Z, a-z, 0-9, _ and -".formatted(path, id));
    }
    return sound;
  }

  /** Whether the events suit the format: a CDN is purged, so that it takes invalidations alone. */
  private boolean isPurge(String path) {
    return format(path).filter(format -> format == WebhookFormat.STANDARD).isPresent()
        || words(path).equals(Set.of(WebhookEvent.CACHE_INVALIDATED.text()));
  }

  /**
   * Whether the secret is valid. The formats of edges need none, because an edge verifies no
   * signature.
   */
  private boolean hasSecret(String path) {
    String secret = text(path, "secret");
    return secret.isEmpty()
        ? format(path).filter(format -> format != WebhookFormat.STANDARD).isPresent()
        : WebhookSignature.isSecret(secret);
  }

  private boolean require(String path, String name, boolean sound, String right) {
    if (!sound) {
      // Never the text itself: it may be a secret.
      reader.problem("%s%s: it must be %s".formatted(path, name, right));
    }
    return sound;
  }

  private String text(String path, String name) {
    return source.has(path + name) ? source.get(path + name).text() : "";
  }

  private Set<String> words(String path) {
    return Stream.of(text(path, "events").split("[, ]+"))
        .filter(word -> !word.isEmpty())
        .collect(Collectors.toSet());
  }

  private Optional<WebhookFormat> format(String path) {
    String text = text(path, "format");
    return Stream.of(WebhookFormat.values())
        .filter(format -> format.text().equals(text.isEmpty() ? "standard" : text))
        .findFirst();
  }
}
