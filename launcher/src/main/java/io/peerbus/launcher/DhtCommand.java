package io.peerbus.launcher;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code peerbus dht}: what can be done with the Kademlia DHT. */
@Command(name = "dht", mixinStandardHelpOptions = true,
    description = {"The Kademlia DHT: records, providers and peers of a network without a centre.",
        "",
        "Each command but `run` asks a node that runs with the plugin kademlia or, with --bootstrap, the network"
            + " through a node of its own."},
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {DhtPutCommand.class, DhtGetCommand.class, DhtProvideCommand.class, DhtFindProvidersCommand.class,
        DhtFindPeerCommand.class, DhtClosestCommand.class, DhtTableCommand.class, DhtRunCommand.class},
    footer = {"", "Examples:",
        "  peerbus dht run --port 8000",
        "  peerbus dht put greeting 'hello, world'",
        "  peerbus dht get greeting --trace",
        "  peerbus dht find-providers QmVBEScm197eQiqgUpstf9baFAaEnhQCgzHKiXnkCoED2c \\",
        "    --bootstrap /dnsaddr/bootstrap.libp2p.io",
        "  peerbus dht table --name alice"})
final class DhtCommand implements Runnable {

  @Spec
  private CommandSpec spec;

  @Override
  public void run() {
    throw Subcommands.missing(spec);
  }
}
