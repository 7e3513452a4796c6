package io.aetherkeep.router.http;

import java.util.List;

/** Group of the routes of one resource, in the order of matching. */
public interface RouteGroup {
  List<Route> routes();
}
