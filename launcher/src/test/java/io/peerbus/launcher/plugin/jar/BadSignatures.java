package io.peerbus.launcher.plugin.jar;

import static io.peerbus.launcher.plugin.jar.Fixture.good;
import static io.peerbus.launcher.plugin.jar.Signed.ONLY_PUBLISHER;
import static io.peerbus.launcher.plugin.jar.Signed.PUBLISHER;
import static io.peerbus.launcher.plugin.jar.Signed.STRANGER;

import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.KeyType;
import io.peerbus.crypto.SignedEnvelope;
import io.peerbus.launcher.config.PluginPolicy;
import io.peerbus.launcher.plugin.JarMaker;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Good plugins that are not, or not rightly, signed or pinned. */
final class BadSignatures {

  private static final String ID = PUBLISHER.publicKey().peerId().toString();
  private static final String ANEW = ": get it from its publisher again, or sign it yourself with: peerbus plugin sign";
  private static final String CHANGED = "a.jar was changed after " + ID + " signed it" + ANEW;
  private static final String FORGED = "a.jar has a signature that the key of " + ID + " did not make" + ANEW;

  private final List<BadJar> all = new ArrayList<>();

  private BadSignatures() {}

  static List<BadJar> all() throws Exception {
    BadSignatures bad = new BadSignatures();
    bad.untrusted();
    bad.tampered();
    bad.forged();
    bad.unreadable();
    return bad.all;
  }

  private void add(String name, JarMaker jar, PluginPolicy policy, String reason) throws Exception {
    all.add(new BadJar(name, jar.bytes(), policy, reason));
  }

  /** A bad signature is refused by every node, also by one that demands none. */
  private void add(String name, JarMaker jar, String reason) throws Exception {
    add(name, jar, PluginPolicy.OPEN, reason);
  }

  private void untrusted() throws Exception {
    add("no signature", good(), ONLY_PUBLISHER, "a.jar is not signed, and pluginPolicy demands it: get a signed"
        + " one, or sign it with: peerbus plugin sign a.jar --key FILE");
    add("signed by a stranger", Signed.sign(STRANGER, good()), ONLY_PUBLISHER, "a.jar is signed by "
        + STRANGER.publicKey().peerId() + ", who is not among pluginPolicy.publishers: get it from one of them, or add"
        + " that peer id if you trust it");
    add("signed again by a stranger", Signed.sign(STRANGER, Signed.sign(PUBLISHER, good())), ONLY_PUBLISHER,
        "a.jar is signed by " + STRANGER.publicKey().peerId() + ", who is not among pluginPolicy.publishers: …");
    PluginPolicy pinned = new PluginPolicy(List.of(), false, Map.of("fixture", "ab".repeat(32)));
    String pin = "a.jar has the SHA-256 …, but pluginPolicy.pins has " + "ab".repeat(32) + " for plugin \"fixture\": put"
        + " that jar back, or change the pin";
    add("another jar than the pinned one", good(), pinned, pin);
    add("another jar than the pinned one, signed", Signed.sign(PUBLISHER, good()),
        new PluginPolicy(ONLY_PUBLISHER.publishers(), true, pinned.pins()), pin);
    KeyPair other = KeyPair.generate(KeyType.SECP256K1, new SecureRandom());
    add("signed with a key of another type", Signed.sign(other, good()),
        "a.jar is signed with a key that is not of type ed25519" + ANEW);
  }

  private void tampered() throws Exception {
    JarMaker signed = Signed.sign(PUBLISHER, good().withEntry("data", new byte[] {1}));
    add("an entry changed after signing", signed.withEntry("data", new byte[] {2}), CHANGED);
    add("a class exchanged after signing", Signed.sign(PUBLISHER, good()).withEntry("fixture/Main.class",
        Fixture.compiled("public class Main extends io.vertx.core.VerticleBase { }")), CHANGED);
    add("an entry added after signing", Signed.sign(PUBLISHER, good()).withEntry("more", new byte[0]), CHANGED);
    add("a folder added after signing", Signed.sign(PUBLISHER, good()).withEntry("more/", new byte[0]), CHANGED);
    add("the manifest changed after signing", Signed.sign(PUBLISHER, good()).with("Plugin-Id", "ping"), CHANGED);
    add("the signature of another jar", good().withEntry(PluginSignature.ENTRY,
        Signed.signature(PUBLISHER, good().with("Plugin-Version", "1.1"))), CHANGED);
    add("an entry taken away after signing", good().withEntry(PluginSignature.ENTRY,
        Signed.signature(PUBLISHER, good().withEntry("less", new byte[0]))), CHANGED);
    byte[] renamed = Signed.sign(PUBLISHER, good().withEntry("name-a", new byte[1])).bytes();
    all.add(BadJar.of("an entry renamed after signing", ZipPatch.replace(renamed, "name-a", "name-b"), CHANGED));
  }

  private void forged() throws Exception {
    SignedEnvelope strangers = Signed.envelope(STRANGER, good());
    add("a stranger's signature in the publisher's name", good().withEntry(PluginSignature.ENTRY,
        new SignedEnvelope(PUBLISHER.publicKey(), strangers.payloadType(), strangers.payload(), strangers.signature())
            .toBytes()), FORGED);
    SignedEnvelope own = Signed.envelope(PUBLISHER, good());
    add("a signature for another domain", good().withEntry(PluginSignature.ENTRY,
        SignedEnvelope.seal(PUBLISHER, "libp2p-peer-record", own.payloadType(), own.payload()).toBytes()), FORGED);
    add("a signature for another type", good().withEntry(PluginSignature.ENTRY,
        SignedEnvelope.seal(PUBLISHER, PluginSignature.DOMAIN, new byte[] {3, 1}, own.payload()).toBytes()), FORGED);
    byte[] flipped = own.signature().clone();
    flipped[10] ^= 1;
    add("a signature with a wrong bit", good().withEntry(PluginSignature.ENTRY,
        new SignedEnvelope(PUBLISHER.publicKey(), own.payloadType(), own.payload(), flipped).toBytes()), FORGED);
  }

  private void unreadable() throws Exception {
    String unreadable = "a.jar has a signature that cannot be read (…)" + ANEW;
    add("a signature that is a text", good().withEntry(PluginSignature.ENTRY,
        "trust me".getBytes(StandardCharsets.UTF_8)), unreadable);
    add("an empty signature", good().withEntry(PluginSignature.ENTRY, new byte[0]), unreadable);
    byte[] sealed = Signed.signature(PUBLISHER, good());
    byte[] padded = Arrays.copyOf(sealed, sealed.length + 2);
    padded[sealed.length] = 0x38; // field 7, which no envelope has
    add("a signature with something added", good().withEntry(PluginSignature.ENTRY, padded), unreadable);
    add("a signature without end", good().withEntry(PluginSignature.ENTRY, new byte[2000]),
        "a.jar has a META-INF/peerbus/signature larger than 1024 bytes: shorten it");
  }
}
