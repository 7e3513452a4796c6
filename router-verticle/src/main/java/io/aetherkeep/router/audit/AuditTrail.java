package io.aetherkeep.router.audit;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.catalogue.AuditAsks.RecordKeyUses;
import io.aetherkeep.catalogue.AuditAsks.RecordOperation;
import io.aetherkeep.router.access.ApiKeyUsage;
import io.aetherkeep.router.access.identity.Caller;
import io.aetherkeep.router.access.identity.Scope;
import io.aetherkeep.router.audit.AuditLimit.Subject;
import io.aetherkeep.router.http.RequestId;
import io.aetherkeep.router.http.Route;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;

/**
 * Audit trail: records the uses of API keys, in batches, and the operations of administrators.
 * Those are changes that need the scope admin, and removals and stops by a credential that has it.
 */
public final class AuditTrail {

  private static final System.Logger LOG = System.getLogger("aetherkeep.audit");
  private static final int LONGEST_PATH = 400;
  private static final int FIRST_ERROR = 400;
  private static final int ACCEPTED = 200;

  private final Bus bus;
  private final ApiKeyUsage keyUsage;
  private final AuditLimit limit = new AuditLimit(System::nanoTime);

  public AuditTrail(Bus bus, ApiKeyUsage keyUsage) {
    this.bus = bus;
    this.keyUsage = keyUsage;
  }

  /** Known API keys and their uses that are not recorded yet. */
  public ApiKeyUsage keyUsage() {
    return keyUsage;
  }

  /**
   * Records at an interval the uses of keys, which the node's loops share, and the operations of
   * this loop beyond the limit.
   */
  public void start(Vertx vertx, Duration every) {
    vertx.setPeriodic(every.toMillis(), id -> flush());
    vertx.setPeriodic(every.toMillis(), id -> recordExcess(false));
  }

  /** Records all that is not recorded yet, before the node stops. */
  public Future<?> close() {
    return Future.join(flush(), recordExcess(true)).otherwiseEmpty();
  }

  /** Records the uses of keys; those that could not be recorded are tried again. */
  public Future<?> flush() {
    List<Future<?>> all =
        keyUsage.drain().entrySet().stream()
            .<Future<?>>map(
                entry ->
                    bus.ask(new RecordKeyUses(entry.getKey(), entry.getValue()))
                        .onFailure(thrown -> keyUsage.giveBack(entry.getKey(), entry.getValue())))
            .toList();
    return Future.join(all).otherwiseEmpty();
  }

  /** Audits a request if it is an administrator's operation. */
  public void follow(Route route, String space, Caller caller, RoutingContext context) {
    if (isAudited(route, caller)) {
      // A response has only one end handler, and the access log sets it.
      context
          .response()
          .headersEndHandler(head -> audit(route.operation(), space, caller, context));
    }
  }

  /** Whether the trail records an operation of a caller. */
  public static boolean isAudited(Route route, Caller caller) {
    boolean change = !route.method().equals(HttpMethod.GET);
    boolean admin = route.need().scope() == Scope.ADMIN;
    boolean byAdmin = caller.author() != null && caller.scopes().contains(Scope.ADMIN);
    return change && (admin || (byAdmin && endsWhatOthersDo(route)));
  }

  /**
   * Whether a route ends or stops a resource that others may use. Removals of cache entries and
   * returns of leases do not count, because they are routine work of services.
   */
  private static boolean endsWhatOthersDo(Route route) {
    boolean removes =
        route.method().equals(HttpMethod.DELETE)
            && !route.path().contains("/caches/")
            && !route.path().contains("/leases/");
    return removes
        || route.path().endsWith("/cancel")
        || route.path().endsWith("/stop")
        || route.path().endsWith("/disable")
        || route.path().endsWith("/enable");
  }

  private void audit(String operation, String space, Caller caller, RoutingContext context) {
    int status = context.response().getStatusCode();
    if (status >= FIRST_ERROR) {
      return;
    }
    String by = caller.author() == null ? caller.name() : caller.author();
    if (!limit.admits(new Subject(space, by, caller.key(), operation))) {
      return;
    }
    String path = String.valueOf(context.request().path());
    String shown = path.length() > LONGEST_PATH ? path.substring(0, LONGEST_PATH) + "…" : path;
    record(new Subject(space, by, caller.key(), operation), shown, status, request(context));
  }

  private static String request(RoutingContext context) {
    return RequestId.of(context.request());
  }

  /** Records one entry for all operations of a subject beyond the limit. */
  private Future<?> recordExcess(boolean all) {
    return Future.join(
        limit.drain(all).stream()
            .map(
                excess ->
                    record(
                        excess.subject(),
                        excess.operations() + " more within a minute",
                        ACCEPTED,
                        ""))
            .toList());
  }

  private Future<?> record(Subject subject, String path, int status, String request) {
    LOG.log(
        System.Logger.Level.INFO,
        "{0} by {1} in {2}: {3} {4}",
        subject.operation(),
        subject.by(),
        subject.space(),
        request.isEmpty() ? path : String.valueOf(status),
        request);
    return bus.ask(
            new RecordOperation(
                subject.space(),
                subject.by(),
                subject.key(),
                subject.operation(),
                path,
                status,
                request))
        .onFailure(
            thrown ->
                LOG.log(
                    System.Logger.Level.WARNING,
                    "An operation in space {0} could not be recorded in the audit trail: {1}",
                    subject.space(),
                    thrown.getMessage()));
  }
}
