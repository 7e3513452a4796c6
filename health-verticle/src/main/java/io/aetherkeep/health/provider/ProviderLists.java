package io.aetherkeep.health.provider;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.ProviderAsks.ListProviders;
import io.aetherkeep.catalogue.ProviderAsks.ProviderHealth;
import io.aetherkeep.catalogue.ProviderAsks.ProviderList;
import io.aetherkeep.health.settings.HealthSettings;
import io.aetherkeep.health.store.ProviderStore;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Lists of providers, in the order in which callers should try them. */
public final class ProviderLists {

  private final Providers providers;
  private final HealthSettings settings;

  public ProviderLists(Providers providers, HealthSettings settings) {
    this.providers = providers;
    this.settings = settings;
  }

  public Future<ProviderList> list(ListProviders ask) {
    ProviderStore store = providers.store(ask.space());
    OutageBuffer known = providers.meanwhile(ask.space());
    long asked = known.now();
    return ids(store, ask)
        .compose(
            ids -> {
              List<Future<Optional<ProviderHealth>>> all =
                  ids.stream().map(id -> find(store, ask.space(), id)).toList();
              return Future.all(all).map(done -> sorted(all.stream().map(Future::result)));
            })
        .onSuccess(list -> list.items().forEach(provider -> known.observe(provider, asked)))
        .recover(thrown -> alone(ask, known, thrown));
  }

  /** A group has only configured providers, so the list of all is not read for it. */
  private Future<List<String>> ids(ProviderStore store, ListProviders ask) {
    return ask.group() == null
        ? store.remembered().map(observed -> settings.known(ask.space(), observed))
        : Future.succeededFuture(settings.members(ask.space(), ask.group()));
  }

  /** Returns this node's judgements if Redis is down and it knows any provider. */
  private Future<ProviderList> alone(ListProviders ask, OutageBuffer known, Throwable thrown) {
    String space = ask.space();
    List<String> observed = List.copyOf(known.ids());
    List<String> ids =
        ask.group() == null
            ? settings.known(space, observed)
            : settings.members(space, ask.group());
    ProviderList list = sorted(ids.stream().map(id -> known.of(id, settings.rules(space, id))));
    return Providers.isUnavailable(thrown) && !list.items().isEmpty()
        ? Future.succeededFuture(list)
        : Future.failedFuture(thrown);
  }

  private Future<Optional<ProviderHealth>> find(ProviderStore store, String space, String id) {
    return store
        .find(id)
        .map(
            found ->
                found.map(known -> ProviderView.of(id, known, settings.rules(space, id).group())))
        .recover(ProviderLists::leftOut);
  }

  /** Leaves out an unreadable record, so that the list of the others survives. */
  private static <T> Future<Optional<T>> leftOut(Throwable thrown) {
    return Failure.from(thrown).code() == Code.UNREADABLE_VALUE
        ? Future.succeededFuture(Optional.empty())
        : Future.failedFuture(thrown);
  }

  private static ProviderList sorted(Stream<Optional<ProviderHealth>> all) {
    return new ProviderList(
        all.flatMap(Optional::stream).sorted(ProviderView.BEST_FIRST).toList(), null);
  }
}
