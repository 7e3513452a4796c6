package io.aetherkeep.webhook;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.WebhookAsks.ChangeWebhook;
import io.aetherkeep.catalogue.WebhookAsks.CreateWebhook;
import io.aetherkeep.catalogue.WebhookAsks.DeleteWebhook;
import io.aetherkeep.catalogue.WebhookAsks.ListWebhooks;
import io.aetherkeep.catalogue.WebhookAsks.ReadWebhook;
import io.aetherkeep.catalogue.WebhookAsks.RotateWebhookSecret;
import io.aetherkeep.catalogue.WebhookAsks.Webhook;
import io.aetherkeep.catalogue.WebhookAsks.WebhookDeleted;
import io.aetherkeep.catalogue.WebhookAsks.WebhookEvent;
import io.aetherkeep.catalogue.WebhookAsks.WebhookFormat;
import io.aetherkeep.catalogue.WebhookAsks.WebhookList;
import io.aetherkeep.delivery.TargetUrl;
import io.aetherkeep.delivery.WebhookSignature;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.webhook.RedisEndpoints.Swap;
import io.vertx.core.Future;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Service that creates, changes and deletes webhook endpoints. */
final class Webhooks {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int LONGEST_TEXT = 500;
  private static final Duration OVERLAP = Duration.ofDays(1);
  private static final Duration LONGEST_OVERLAP = Duration.ofDays(30);

  private final PerSpace<WebhookSpace> spaces;

  Webhooks(PerSpace<WebhookSpace> spaces) {
    this.spaces = spaces;
  }

  WebhookSpace space(String name) {
    return spaces.of(name);
  }

  Future<Endpoint> find(WebhookSpace space, String id) {
    return space.endpoints().find(id).map(found -> found.orElseThrow(Webhooks::unknown));
  }

  private static Failure unknown() {
    return Failure.of(Code.WEBHOOK_UNKNOWN, "No webhook has this id");
  }

  Future<Webhook> create(CreateWebhook ask) {
    WebhookSpace space = space(ask.space());
    WebhookFormat format = ask.format() == null ? WebhookFormat.STANDARD : ask.format();
    Endpoint fresh =
        new Endpoint(
            freshId(),
            checkedUrl(space, ask.url()),
            checkedEvents(ask.events(), format),
            checkedText("description", ask.description()),
            format,
            checkedText("credential", ask.credential()),
            true,
            null,
            false,
            WebhookSignature.newSecret(),
            null,
            0,
            space.now());
    return space
        .deliveries()
        .follow(fresh.id())
        .compose(followed -> space.endpoints().create(fresh))
        .compose(
            swap ->
                swap == Swap.DONE
                    ? space.refresh()
                    : space
                        .deliveries()
                        .unfollow(fresh.id())
                        .compose(
                            none ->
                                Future.failedFuture(
                                    Failure.of(
                                        Code.TOO_MANY_WEBHOOKS,
                                        "A space can have at most 100 webhooks: delete one"
                                            + " first"))))
        .compose(known -> view(space, fresh, true));
  }

  private static String freshId() {
    byte[] random = new byte[10];
    RANDOM.nextBytes(random);
    return "wh_" + HexFormat.of().formatHex(random);
  }

  private Future<Webhook> view(WebhookSpace space, Endpoint endpoint, boolean withSecret) {
    return space
        .deliveries()
        .backlog(endpoint.id())
        .map(backlog -> endpoint.view(backlog, withSecret));
  }

  private static String checkedUrl(WebhookSpace space, String url) {
    TargetUrl target = TargetUrl.parse(url).orElseThrow(() -> wrongUrl("no HTTP URL"));
    space
        .settings()
        .addresses()
        .refusal(target)
        .ifPresent(
            reason -> {
              throw wrongUrl(reason);
            });
    return target.toString();
  }

  private static Failure wrongUrl(String reason) {
    return Failure.of(Code.INVALID_BODY, "'url': " + reason);
  }

  private static List<WebhookEvent> checkedEvents(List<WebhookEvent> events, WebhookFormat format) {
    if (events.isEmpty()) {
      throw Failure.of(Code.INVALID_BODY, "'events' must contain at least one type");
    }
    List<WebhookEvent> distinct = events.stream().distinct().sorted().toList();
    if (format != WebhookFormat.STANDARD
        && !distinct.equals(List.of(WebhookEvent.CACHE_INVALIDATED))) {
      throw Failure.of(
          Code.INVALID_BODY, "A CDN format needs the event 'cache-invalidated' and no other");
    }
    return distinct;
  }

  private static @Nullable String checkedText(String name, @Nullable String text) {
    if (text != null && (text.length() > LONGEST_TEXT || text.chars().anyMatch(c -> c < ' '))) {
      throw Failure.of(
          Code.INVALID_BODY,
          "'"
              + name
              + "' can have at most "
              + LONGEST_TEXT
              + " characters, and no control characters");
    }
    return text;
  }

  Future<WebhookList> list(ListWebhooks ask) {
    WebhookSpace space = space(ask.space());
    return space
        .endpoints()
        .all()
        .compose(
            all -> {
              List<Future<Webhook>> views =
                  all.stream().map(endpoint -> view(space, endpoint, false)).toList();
              return Future.all(views)
                  .map(done -> new WebhookList(views.stream().map(Future::result).toList(), null));
            });
  }

  Future<Webhook> read(ReadWebhook ask) {
    WebhookSpace space = space(ask.space());
    return find(space, ask.id()).compose(endpoint -> view(space, endpoint, false));
  }

  Future<Webhook> change(ChangeWebhook ask) {
    WebhookSpace space = space(ask.space());
    String url = ask.url() == null ? null : checkedUrl(space, ask.url());
    String text = checkedText("description", ask.description());
    String token = checkedText("credential", ask.credential());
    return change(
            space,
            ask.id(),
            before -> {
              if (!isEnabledAlone(ask)) {
                refuseIfDeclared(before);
              }
              Endpoint now =
                  before.described(
                      url == null ? before.url() : url,
                      ask.events() == null
                          ? before.events()
                          : checkedEvents(ask.events(), before.format()),
                      text == null ? before.description() : text,
                      token == null ? before.credential() : token);
              return ask.enabled() == null ? now : now.enabled(ask.enabled(), null);
            })
        .compose(changed -> view(space, changed, false));
  }

  /** A receiver's 410 disables a declared webhook too, and settings do not say what is enabled. */
  private static boolean isEnabledAlone(ChangeWebhook ask) {
    return ask.enabled() != null
        && Stream.of(ask.url(), ask.events(), ask.description(), ask.credential())
            .allMatch(Objects::isNull);
  }

  private static void refuseIfDeclared(Endpoint endpoint) {
    if (endpoint.bySettings()) {
      throw Failure.of(
          Code.WEBHOOK_BY_SETTINGS,
          "The settings declare this webhook: change it there, except for 'enabled'");
    }
  }

  Future<Webhook> rotate(RotateWebhookSecret ask) {
    WebhookSpace space = space(ask.space());
    Duration overlap =
        ask.overlapSeconds() == null ? OVERLAP : Duration.ofSeconds(ask.overlapSeconds());
    if (overlap.isNegative() || overlap.compareTo(LONGEST_OVERLAP) > 0) {
      throw Failure.of(
          Code.INVALID_BODY, "'overlapSeconds' must be from 0 to " + LONGEST_OVERLAP.toSeconds());
    }
    return change(
            space,
            ask.id(),
            before -> {
              refuseIfDeclared(before);
              return before.rotated(space.now() + overlap.toMillis());
            })
        .compose(changed -> view(space, changed, true));
  }

  private Future<Endpoint> change(WebhookSpace space, String id, UnaryOperator<Endpoint> change) {
    return space
        .endpoints()
        .change(id, before -> Optional.of(change.apply(before)))
        .map(changed -> changed.orElseThrow(Webhooks::unknown))
        .compose(changed -> space.refresh().map(changed));
  }

  Future<WebhookDeleted> delete(DeleteWebhook ask) {
    WebhookSpace space = space(ask.space());
    return space
        .endpoints()
        .change(
            ask.id(),
            before -> {
              refuseIfStillDeclared(space, before);
              return Optional.empty();
            })
        .compose(
            removed ->
                removed.isEmpty()
                    ? Future.succeededFuture(new WebhookDeleted(false))
                    : space
                        .refresh()
                        .compose(known -> space.deliveries().unfollow(ask.id()))
                        .map(new WebhookDeleted(true)));
  }

  private static void refuseIfStillDeclared(WebhookSpace space, Endpoint endpoint) {
    if (endpoint.bySettings()
        && space.settings().declaredOf(space.name()).stream()
            .anyMatch(declared -> declared.id().equals(endpoint.id()))) {
      throw Failure.of(
          Code.WEBHOOK_BY_SETTINGS, "The settings declare this webhook: remove it there");
    }
  }
}
