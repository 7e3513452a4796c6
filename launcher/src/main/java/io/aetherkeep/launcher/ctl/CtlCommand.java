package io.aetherkeep.launcher.ctl;

import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Map;

/** The ctl command: operates a running node over its public API. */
public final class CtlCommand {

  static final String HELP =
      """
      Operates a running node over its public API.

      usage: aetherkeep ctl [options] COMMAND

        sessions list [--user USER] [--limit N]
        sessions get ID
        sessions end ID | --user USER
        status list KIND | get KIND ID | watch KIND ID
        status cancel KIND ID [--reason TEXT] [--terminate]
        streams list [PREFIX] [--limit N]
        streams tail PATH [--from OFFSET]
        streams stop PATH [--reason TEXT]
        cache list | get KEYSPACE [ID [SECOND]]
        cache invalidate KEYSPACE ID... | KEYSPACE --pattern PATTERN | [KEYSPACE] --tag TAG
                         [--dry-run]
        config list | get NAME | versions NAME | diff NAME [NUMBER] | nodes NAME
        config edit NAME                 opens $VISUAL or $EDITOR
        config rollback NAME NUMBER
        providers [list] [--group GROUP]
        providers disable ID [--reason TEXT] [--for 10m] | enable ID
        keys                             shows the API keys of a space and their last use
        audit [--limit N]                shows what administrators did, and by which key
        tail [--type TYPE,TYPE] [TOPIC...]
                                         prints all events, those of some types, or the news
                                         of topics such as status/podcast/* or providers
        top [--once]                     shows the state of a space and its nodes
        doctor                           checks settings, machine, node and Redis
        migrate                          the same as aetherkeep migrate, between two Redis

        --url URL        the node, or AETHERKEEP_URL; http://127.0.0.1:8080 by default
        --space SPACE    or AETHERKEEP_SPACE; not needed where a node has one space
        --key-file FILE  holds an API key or a token, or AETHERKEEP_KEY holds it
        --ca-file FILE   certificates to trust, in PEM
        --json           prints JSON, a line for each row
        --yes            acts without asking

      It ends with 1 where a command failed, and with 2 where it was called wrongly.
      """;

  private CtlCommand() {}

  /**
   * Runs a command.
   *
   * @param settings validates the settings of a node that would start here
   * @throws CtlException if it fails
   */
  public static void run(
      List<String> words,
      Map<String, String> environment,
      InputStream in,
      PrintStream out,
      Runnable settings) {
    CtlArguments arguments = CtlArguments.parse(words, environment);
    if (arguments.has("--help") || arguments.words().isEmpty()) {
      out.print(HELP);
      return;
    }
    NodeApi api = NodeApi.of(arguments);
    CtlOutput output =
        new CtlOutput(
            out,
            new BufferedReader(new InputStreamReader(in, Charset.defaultCharset())),
            arguments.has("--json"),
            arguments.has("--yes"));
    switch (arguments.words().get(0)) {
      case "sessions" -> new SessionsCtl(arguments, api, output).run();
      case "status" -> new StatusCtl(arguments, api, output).run();
      case "streams" -> new StreamsCtl(arguments, api, output).run();
      case "cache" -> new CacheCtl(arguments, api, output).run();
      case "config" -> new ConfigCtl(arguments, api, output).run();
      case "providers" -> new ProvidersCtl(arguments, api, output).run();
      case "keys" -> new AuditCtl(arguments, api, output).keys();
      case "audit" -> new AuditCtl(arguments, api, output).operations();
      case "tail" -> new TailCtl(arguments, api, output).run();
      case "top" -> new TopCtl(arguments, api, output).run();
      case "doctor" -> new DoctorCtl(api, output, settings).run();
      default ->
          throw CtlException.misused(
              arguments.words().get(0) + " is not a command; see aetherkeep ctl --help");
    }
  }
}
