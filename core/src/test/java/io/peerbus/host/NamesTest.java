package io.peerbus.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.KeyType;
import io.peerbus.host.Nodes.Node;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Nodes are reached by names, of a name server on this machine. */
@ExtendWith(VertxExtension.class)
@Timeout(300)
class NamesTest {

  private Vertx vertx;
  private DnsServer dns;
  private Node alice;
  private Node bob;
  private Multiaddr toBob;

  @BeforeEach
  void start(Vertx vertx) {
    this.vertx = vertx;
    dns = new DnsServer(vertx);
    bob = Nodes.start(vertx, "bob");
    toBob = bob.address();
    alice = Nodes.start(vertx, options("alice"), key());
  }

  private HostOptions options(String name) {
    return Nodes.options(name).setPeers(new PeerSources(dns.address(), "", 0));
  }

  private static KeyPair key() {
    return KeyPair.generate(KeyType.ED25519, new SecureRandom());
  }

  private static Multiaddr address(String text) {
    try {
      return Multiaddr.parse(text);
    } catch (FormatException e) {
      throw new AssertionError(e);
    }
  }

  private int port() {
    return toBob.hostPort().orElseThrow().port();
  }

  private PeerId connect(String address) {
    return alice.on(() -> alice.host().connect(address(address)));
  }

  private String failure(String address) {
    return assertThrows(FailureException.class, () -> connect(address)).getMessage();
  }

  @Test
  void byTheAddressOfAName() {
    dns.ips("bob.example", "127.0.0.1");
    assertEquals(bob.host().id(), connect("/dns4/bob.example/tcp/" + port()));
  }

  /** As a plugin does with what a stranger told it of another peer: names must not lead where strangers cannot. */
  @Test
  void aNameThatIsToldOfAPeerDoesNotLeadIntoThisMachine() {
    dns.ips("bob.example", "127.0.0.1");
    Multiaddr told = address("/dns4/bob.example/tcp/" + port());
    FailureException failure = assertThrows(FailureException.class,
        () -> alice.on(() -> alice.host().connect(bob.host().id(), List.of(told))));
    assertTrue(failure.getMessage().contains("in this machine or its network"), failure.getMessage());
    JsonObject stats = Nodes.await(
        vertx.eventBus().<JsonObject>request("peerbus.alice.stats", new JsonObject())).body();
    assertEquals(new JsonObject().put("nearNames", 1), stats.getJsonObject("refusals"));
    assertEquals(bob.host().id(), alice.on(() -> alice.host().connect(bob.host().id(), List.of(toBob))));
  }

  @Test
  void byAnAliasAndWhicheverOfItsAddressesAnswers() {
    dns.ips("both.example", "127.0.0.1", "::1"); // nobody listens on ::1
    dns.alias("bob.example", "both.example");
    assertEquals(bob.host().id(), connect("/dns/bob.example/tcp/" + port() + "/p2p/" + bob.host().id()));
  }

  @Test
  void byLocalhostWithoutAnyQuestion() {
    assertEquals(bob.host().id(), connect("/dns4/localhost/tcp/" + port()));
    assertEquals(0, dns.questions());
  }

  @Test
  void byTheRecordsOfADnsaddrOneOfWhichLeadsOn() {
    dns.texts("_dnsaddr.net.example", "v=spf1", "dnsaddr=/ip4/127.0.0.1/tcp/1/p2p/" + alice.host().id(),
        "dnsaddr=/dnsaddr/bob.example/p2p/" + bob.host().id());
    // Longer than one string of a TXT record can be.
    dns.texts("_dnsaddr.bob.example", "dnsaddr=" + "/dns4/" + "a".repeat(60) + ("." + "b".repeat(60)).repeat(3)
        + "/tcp/" + port() + "/p2p/" + bob.host().id());
    dns.ips("a".repeat(60) + ("." + "b".repeat(60)).repeat(3), "127.0.0.1");
    assertEquals(bob.host().id(), connect("/dnsaddr/net.example/p2p/" + bob.host().id()));
  }

  @Test
  void aNodeFindsItsBootstrapPeersByName() {
    dns.texts("_dnsaddr.net.example", "dnsaddr=" + toBob);
    Node carol = Nodes.start(vertx, options("carol").setBootstrap(List.of(address("/dnsaddr/net.example"))), key());
    Nodes.eventually(carol, "bob is found", () -> !carol.on(carol.host()::peers).isEmpty());
    assertEquals(bob.host().id(), carol.on(carol.host()::peers).get(0).peer());
  }

  @Test
  void whatANameStandsForIsToldToPlugins() {
    dns.texts("_dnsaddr.net.example", "dnsaddr=" + toBob, "dnsaddr=/ip4/10.0.0.1/tcp/1");
    assertEquals(List.of(toBob, address("/ip4/10.0.0.1/tcp/1")),
        alice.on(() -> alice.host().resolve(address("/dnsaddr/net.example"))));
    assertEquals(List.of(toBob), alice.on(() -> alice.host().resolve(toBob)));
    FailureException gone = assertThrows(FailureException.class,
        () -> alice.on(() -> alice.host().resolve(address("/dnsaddr/gone.example"))));
    assertEquals(Failure.NOT_FOUND, gone.failure());
    assertEquals("_dnsaddr.gone.example is no name that DNS has TXT records for", gone.getMessage());
  }

  @Test
  void aNameThatDoesNotResolveIsToldAsSuch() {
    String gone = "/dns4/gone.example/tcp/4001";
    assertEquals("cannot connect: " + gone + ": gone.example is no name that DNS has A records for", failure(gone));
    dns.ips("six.example", "::1");
    assertTrue(failure("/dns4/six.example/tcp/1").endsWith("six.example is no name that DNS has A records for"));
    dns.texts("_dnsaddr.net.example", "dnsaddr=" + toBob);
    String wrong = "/dnsaddr/net.example/p2p/" + key().publicKey().peerId();
    assertTrue(failure(wrong).endsWith("leads to no TCP address"), failure(wrong));
  }

  @Test
  void aNameServerThatIsSilentIsToldAsSuchAndHoldsUpNobodyElse() {
    dns.silence("silent.example");
    String refused = failure("/dns4/silent.example/tcp/1");
    assertTrue(refused.contains("silent.example cannot be looked up: the name server does not answer")
        || refused.contains("no answer within 8 s"), refused);
    PeerId peer = bob.host().id();
    assertEquals(peer, alice.on(() -> alice.host().connect(peer,
        List.of(address("/dns4/silent.example/tcp/1"), toBob))));
  }

  @Test
  void theNameOfTheServerIsNotTrustedWithWhoThePeerIs() {
    dns.ips("bob.example", "127.0.0.1");
    PeerId other = key().publicKey().peerId();
    String refused = failure("/dns4/bob.example/tcp/" + port() + "/p2p/" + other);
    assertTrue(refused.startsWith("cannot reach " + other), refused);
  }
}
