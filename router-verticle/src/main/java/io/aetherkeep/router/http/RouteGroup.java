package io.aetherkeep.router.http;

import java.util.List;

/** The routes of one resource, in the order in which they are tried. */
public interface RouteGroup {
  List<Route> routes();
}
