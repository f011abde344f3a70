"""The nets in PyTorch, with the fused Adam."""
import common
import torch
import torch.nn.functional as F
from common import EPSILON, FILTERS, PKEEP


def normalised(z, offset):
    return F.batch_norm(z, None, None, None, offset, True, eps=EPSILON)


def model(net, x, w, b, pkeep):
    """Scores of the images (channels first); weights w and biases b in the order of the layers."""
    drop = lambda h: F.dropout(h, 1 - pkeep) if pkeep < 1 else h
    if net == "dense":
        for wi, bi in zip(w[:-1], b[:-1]):
            x = drop(F.relu(torch.addmm(bi, x, wi)))
        return torch.addmm(b[-1], x, w[-1])
    for (_, stride, zeros), wi, bi in zip(FILTERS, w, b):
        x = F.pad(x, zeros * 2)
        x = normalised(F.conv2d(x, wi, None, stride), bi) if net == "batchnorm" else F.conv2d(x, wi, bi, stride)
        x = F.relu(x)
    x = x.flatten(1)
    h = normalised(x @ w[3], b[3]) if net == "batchnorm" else torch.addmm(b[3], x, w[3])
    return torch.addmm(b[4], drop(F.relu(h)), w[4])


def variables(net):
    turned = lambda v: v.transpose(3, 2, 0, 1).copy() if v.ndim == 4 else v
    return ([torch.tensor(turned(v), requires_grad=True) for v in values] for values in common.parameters(net))


def build(net):
    if net == "product":
        a, b = (torch.tensor(common.weights(1024, 1024)) for _ in range(2))
        return lambda: a @ b
    shape = net.removeprefix("eval_")
    w, b = variables(shape)
    image = [1, 28, 28] if shape in common.CHANNELS else [784]

    if net == "eval_conv":
        images, labels = common.test_set(image)

        def evaluate():
            with torch.no_grad():
                y_ = torch.from_numpy(labels)
                logits = model(shape, torch.from_numpy(common.as_floats(images)), w, b, 1)
                right = (logits.argmax(1) == y_.argmax(1)).float().mean()
                return right.item(), (F.cross_entropy(logits, y_) * 100).item()

        return evaluate

    batches = common.Batches(image)
    if net == "softmax":
        optimizer = torch.optim.SGD(w + b, lr=0.003, fused=True)
    else:
        optimizer = torch.optim.Adam(w + b, fused=True)
    done = 0

    def step():
        nonlocal done
        x, y_ = (torch.from_numpy(array) for array in batches())
        if net == "softmax":
            loss = -(y_ * torch.log_softmax(torch.addmm(b[0], x, w[0]), 1)).mean() * 1000
        else:
            loss = F.cross_entropy(model(net, x, w, b, PKEEP), y_) * 100
            optimizer.param_groups[0]["lr"] = float(common.rate(done))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        done += 1

    return step


torch.set_num_threads(2)
common.serve(f"PyTorch {torch.__version__.split('+')[0]}", build)
