package io.aetherkeep.router.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.aetherkeep.catalogue.AuditAsks.KeyUses;
import io.aetherkeep.catalogue.AuditAsks.ListOperations;
import io.aetherkeep.catalogue.AuditAsks.ReadKeyUses;
import io.aetherkeep.catalogue.AuditAsks.UsedKey;
import io.aetherkeep.router.access.identity.ApiKey;
import io.aetherkeep.router.access.identity.Caller;
import io.aetherkeep.router.access.identity.Need;
import io.aetherkeep.router.http.Requests;
import io.aetherkeep.router.http.Route;
import io.aetherkeep.router.http.RouteGroup;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Routes of the API keys with their last use, and of the audit trail. */
final class AuditRoutes implements RouteGroup {

  private final RouteContext services;

  AuditRoutes(RouteContext services) {
    this.services = services;
  }

  @Override
  public List<Route> routes() {
    return List.of(
        Route.get("/api/v1/{space}/keys", this::keys).needs(Need.ADMIN),
        Route.get("/api/v1/{space}/audit", this::audit).needs(Need.ADMIN));
  }

  /** API keys of a space. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record ListedKeys(List<ListedKey> items, @Nullable String next) {}

  /** An API key, without its secret, and its uses in the space. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record ListedKey(
      String id,
      @Nullable String name,
      List<String> scopes,
      String createdAt,
      @Nullable String expiresAt,
      @Nullable String lastUsedAt,
      @Nullable String operation,
      long uses) {

    static ListedKey of(ApiKey key, @Nullable UsedKey used) {
      return new ListedKey(
          key.id(),
          key.name(),
          key.scopes(),
          key.created(),
          key.expires(),
          used == null ? null : used.lastUsedAt(),
          used == null ? null : used.operation(),
          used == null ? 0 : used.uses());
    }
  }

  private void keys(RoutingContext context) {
    String space = Requests.space(context);
    services.json(
        context,
        services
            .trail()
            .flush()
            .compose(done -> services.ask(new ReadKeyUses(space)))
            .map(uses -> listed(space, uses)));
  }

  private ListedKeys listed(String space, KeyUses uses) {
    Map<String, UsedKey> byKey =
        uses.items().stream().collect(Collectors.toMap(UsedKey::key, Function.identity()));
    List<ListedKey> items =
        services.trail().keyUsage().known().stream()
            .filter(
                key -> key.spaces().contains(space) || key.spaces().contains(Caller.EVERY_SPACE))
            .map(key -> ListedKey.of(key, byKey.get(key.id())))
            .toList();
    return new ListedKeys(items, null);
  }

  private void audit(RoutingContext context) {
    services.json(
        context,
        new ListOperations(
            Requests.space(context),
            context.request().getParam("cursor"),
            Requests.number(context.request(), "limit")));
  }
}
