package io.aetherkeep.router;

import java.util.List;

/** The routes of one resource, in the order in which they are tried. */
interface RouteGroup {
  List<Route> routes();
}
