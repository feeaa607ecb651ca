package app.spine.testsupport;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;

/** Passes TCP connections from one port of loopback on to another until it hangs or is closed, which cuts all of them. */
public final class Forwarder implements AutoCloseable {

    private final ServerSocket server;
    private final int target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean hanging;

    private Forwarder(ServerSocket server, int target) {
        this.server = server;
        this.target = target;
    }

    /** Begins to pass on what arrives at the port. */
    public static Forwarder open(int port, int target) {
        try {
            ServerSocket server = new ServerSocket();
            // Connections cut before linger on the port for a minute.
            server.setReuseAddress(true);
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            Forwarder forwarder = new Forwarder(server, target);
            Thread.ofVirtual().start(forwarder::accept);
            return forwarder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A port of loopback that nothing listens on. */
    public static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Closes once that system property is true, and gives itself back: a profile opens the way, and the test that closes it lives
     * in another class loader.
     */
    public Forwarder closingWhen(String property) {
        Thread.ofVirtual().start(() -> {
            Awaitility.await().forever().until(() -> Boolean.getBoolean(property));
            close();
        });
        return this;
    }

    /** Passes nothing on any more and cuts nothing, like a server that hangs. What arrives from then on is lost. */
    public void hang() {
        hanging = true;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                Socket database = new Socket(InetAddress.getLoopbackAddress(), target);
                open.add(client);
                open.add(database);
                Thread.ofVirtual().start(() -> copy(client, database));
                Thread.ofVirtual().start(() -> copy(database, client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void copy(Socket from, Socket to) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[16_384];
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                if (hanging) {
                    closed.await();
                }
                out.write(buffer, 0, length);
            }
        } catch (IOException cut) {
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(from);
            open.remove(to);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : open) {
                socket.close();
            }
            // Only now, so that nothing which was held back is passed on.
            closed.countDown();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
