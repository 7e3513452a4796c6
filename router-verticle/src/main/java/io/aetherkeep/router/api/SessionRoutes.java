package io.aetherkeep.router.api;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.SessionAsks.EndSession;
import io.aetherkeep.catalogue.SessionAsks.ExtendSession;
import io.aetherkeep.catalogue.SessionAsks.OpenSession;
import io.aetherkeep.catalogue.SessionAsks.PatchSession;
import io.aetherkeep.catalogue.SessionAsks.ReadSession;
import io.aetherkeep.catalogue.SessionAsks.RotateSession;
import io.aetherkeep.catalogue.SessionAsks.Session;
import io.aetherkeep.document.Document;
import io.aetherkeep.document.Members;
import io.aetherkeep.document.Offload;
import io.aetherkeep.keyspace.UserId;
import io.aetherkeep.router.access.Guard;
import io.aetherkeep.router.access.identity.Caller;
import io.aetherkeep.router.access.identity.Need;
import io.aetherkeep.router.http.Answers;
import io.aetherkeep.router.http.EntityTags;
import io.aetherkeep.router.http.PercentDecoder;
import io.aetherkeep.router.http.Requests;
import io.aetherkeep.router.http.Route;
import io.aetherkeep.router.http.RouteGroup;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Routes of sessions. */
final class SessionRoutes implements RouteGroup {

  private static final String BASE = "/api/v1/{space}";

  private final RouteContext services;
  private final CookieAnswers cookies;

  SessionRoutes(RouteContext services) {
    this.services = services;
    this.cookies = new CookieAnswers(services.cookies());
  }

  @Override
  public List<Route> routes() {
    return List.of(
        Route.get(BASE + "/sessions/{id}", this::read).needs(Need.READ_SESSION),
        Route.patch(BASE + "/sessions/{id}", this::patch).needs(Need.WRITE_SESSION),
        Route.delete(BASE + "/sessions/{id}", this::end).needs(Need.WRITE_SESSION),
        Route.post(BASE + "/sessions/{id}/touch", this::touch).needs(Need.WRITE_SESSION),
        Route.post(BASE + "/sessions/{id}/extend", this::extend).needs(Need.WRITE),
        Route.post(BASE + "/sessions/{id}/rotate", this::rotate).needs(Need.WRITE),
        Route.post(BASE + "/sessions", this::open).needs(Need.WRITE));
  }

  private void read(RoutingContext context) {
    String include = context.request().getParam("include");
    if (include != null && !include.equals("history")) {
      throw Failure.of(Code.INVALID_PARAMETER, "include must be 'history'");
    }
    Boolean touch = Requests.flag(context.request(), "touch");
    ReadSession ask =
        new ReadSession(
            Requests.space(context), Requests.id(context), touch, include == null ? null : true);
    boolean used = !Boolean.FALSE.equals(touch);
    if (include == null) {
      answer(context, services.ask(ask), used);
    } else {
      confirm(context, services.ask(ask), used);
    }
  }

  private void answer(RoutingContext context, Future<Session> session, boolean used) {
    session
        .map(found -> cookies.renewed(context, found, used))
        .compose(found -> Answers.written(found).onSuccess(body -> answer(context, found, body)))
        .onFailure(thrown -> refuse(context, thrown));
  }

  private void refuse(RoutingContext context, Throwable thrown) {
    cookies.failed(context, thrown);
    services.refuse(context.request(), thrown);
  }

  private static void answer(RoutingContext context, Session found, Buffer body) {
    Answers.markStale(context.response(), found.staleSeconds());
    Answers.revalidatedJson(context.request(), found.version(), body);
  }

  private void touch(RoutingContext context) {
    confirm(
        context,
        services.ask(new ReadSession(Requests.space(context), Requests.id(context), true, null)));
  }

  /**
   * Answers a session and never 304: it was changed, or it comes with its history, which its
   * version does not cover.
   */
  private void confirm(RoutingContext context, Future<Session> session) {
    confirm(context, session, true);
  }

  private void confirm(RoutingContext context, Future<Session> session, boolean used) {
    session
        .map(found -> cookies.renewed(context, found, used))
        .onComplete(
            found -> Answers.changed(context, found.version(), found),
            thrown -> refuse(context, thrown));
  }

  /** Body of a new session. */
  record Opening(
      @Nullable String id,
      @Nullable UserId userId,
      @Nullable Document preferences,
      @Nullable Document data,
      @Nullable Long ttlSeconds) {}

  private void open(RoutingContext context) {
    boolean withCookie = isForCookie(context);
    String space = Requests.space(context);
    Future<Session> opened =
        services
            .requests()
            .record(context.request(), space, Opening.class)
            .compose(
                with ->
                    services.ask(
                        new OpenSession(
                            space,
                            with.id,
                            with.userId,
                            value(with.preferences),
                            value(with.data),
                            with.ttlSeconds)));
    created(context, opened, withCookie);
  }

  /**
   * Whether the answer sets a cookie; as a cookie permits reads, the caller must have that scope.
   */
  private boolean isForCookie(RoutingContext context) {
    boolean wanted = Boolean.TRUE.equals(Requests.flag(context.request(), "cookie"));
    if (wanted) {
      cookies.requireOn();
      Guard.require(Caller.of(context), Need.READ, Requests.space(context), null);
    }
    return wanted;
  }

  /** Maps JSON null to null. */
  private static @Nullable Document value(@Nullable Document document) {
    return document == null || document.toString().equals("null") ? null : document;
  }

  private void created(RoutingContext context, Future<Session> session, boolean withCookie) {
    String place = "/api/v1/" + PercentDecoder.encoded(Requests.space(context)) + "/sessions/";
    session.onComplete(
        found -> {
          if (withCookie) {
            cookies.set(context, found);
          }
          context
              .response()
              .setStatusCode(201)
              .putHeader(HttpHeaders.LOCATION, place + PercentDecoder.encoded(found.id()));
          Answers.changed(context, found.version(), found);
        },
        thrown -> services.refuse(context.request(), thrown));
  }

  private void patch(RoutingContext context) {
    String space = Requests.space(context);
    EntityTags.Precondition condition = EntityTags.of(context.request());
    if (condition.absent()) {
      throw Failure.of(Code.INVALID_HEADER, "A patch accepts only If-Match");
    }
    confirm(
        context,
        services
            .requests()
            .document(context.request(), space)
            .compose(
                patch ->
                    Offload.run(
                        Caller.of(context).isEndUser() ? patch.length() : 0,
                        () -> patch(context, patch)))
            .compose(
                patch ->
                    condition.over(
                        version ->
                            services.ask(
                                new PatchSession(space, Requests.id(context), patch, version)))));
  }

  /** Refuses a patch in which an end user changes the session's user. */
  private static Document patch(RoutingContext context, Document patch) {
    if (Caller.of(context).isEndUser()) {
      Members members = Members.tryOf(patch);
      if (members != null && (members.has("user_id") || members.has("userId"))) {
        throw Failure.of(Code.OTHER_SESSION, "An end user cannot change the user of the session");
      }
    }
    return patch;
  }

  /** Body of an extension: the new lifetime. */
  record Extension(Long ttlSeconds) {
    Extension {
      Objects.requireNonNull(ttlSeconds, "ttlSeconds");
    }
  }

  private void extend(RoutingContext context) {
    String space = Requests.space(context);
    confirm(
        context,
        services
            .requests()
            .record(context.request(), space, Extension.class)
            .compose(
                by -> services.ask(new ExtendSession(space, Requests.id(context), by.ttlSeconds))));
  }

  private void rotate(RoutingContext context) {
    boolean withCookie = isForCookie(context);
    RotateSession ask = new RotateSession(Requests.space(context), Requests.id(context));
    created(context, services.ask(ask), withCookie);
  }

  private void end(RoutingContext context) {
    services
        .ask(new EndSession(Requests.space(context), Requests.id(context)))
        .onComplete(
            ended -> {
              cookies.clear(context);
              context.response().setStatusCode(204).end();
            },
            thrown -> services.refuse(context.request(), thrown));
  }
}
