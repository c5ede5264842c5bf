"""ITU-R P.1812-8 once more, in plain NumPy and in the order of the Recommendation.

Nothing is shared with the kernels: the smooth pass runs over the profile, angles and nu
are computed at each point, losses are added as they are written. For reading beside the
Recommendation and for checking; no speed, no guards.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy import arctan, exp, log, log10, maximum, sqrt, tanh

C0, C1, C2 = 2.515516698, 0.802853, 0.010328
D1, D2, D3 = 1.432788, 0.189269, 0.001308


@dataclass
class Path:
    """Inputs of a path; units as in the Recommendation (km, m, GHz, %)."""

    d: np.ndarray
    h: np.ndarray
    r: np.ndarray
    zone: np.ndarray
    f: float
    p: float
    htg: float
    hrg: float
    vertical: bool
    phi: float
    dn: float
    n0: float
    dct: float = 500.0
    dcr: float = 500.0
    smooth_h: np.ndarray | None = None
    """Terrain of the smooth earth and of hm, if not that of the obstacles."""


def inverse(x):
    if x > 0.5:
        return -inverse(1 - x)
    t = sqrt(-2 * log(x))
    return t - ((C2 * t + C1) * t + C0) / (((D3 * t + D2) * t + D1) * t + 1)


def runs(d, inside):
    """Lengths of the stretches of a mask; each ends half-way to its neighbour."""
    border = np.concatenate([[d[0]], (d[1:] + d[:-1]) / 2, [d[-1]]])
    edges = np.flatnonzero(np.diff(np.concatenate([[0], inside.astype(int), [0]])))
    return border[edges[1::2]] - border[edges[::2]]


def beta0(path, d):
    land = runs(d, path.zone != 1)
    inland = runs(d, path.zone == 4)
    dtm, dlm = land.max(initial=0.0), inland.max(initial=0.0)
    tau = 1 - exp(-4.12e-4 * dlm**2.41)
    mu1 = (10 ** (-dtm / (16 - 6.6 * tau)) + 10 ** (-5 * (0.496 + 0.354 * tau))) ** 0.2
    mu1 = min(mu1, 1)
    phi = abs(path.phi)
    if phi <= 70:
        b0 = 10 ** (-0.015 * phi + 1.67) * mu1 * mu1 ** (-0.935 + 0.0176 * phi)
    else:
        b0 = 4.17 * mu1 * mu1**0.3
    return b0, tau, dtm, dlm, runs(d, path.zone == 1).sum() / d[-1]


def knife(nu):
    if nu <= -0.78:
        return 0.0
    return 6.9 + 20 * log10(sqrt((nu - 0.1) ** 2 + 1) + nu - 0.1)


def nu_of(d, height, at, lam):
    return height * sqrt(0.002 * d / (lam * at * (d - at)))


def bullington(d, z, hts, hrs, ap, lam):
    di, zi, dtot = d[1:-1], z[1:-1], d[-1]
    bulge = 500 * di * (dtot - di) / ap
    stim = ((zi + bulge - hts) / di).max()
    if stim < (hrs - hts) / dtot:
        line = (hts * (dtot - di) + hrs * di) / dtot
        nu = nu_of(dtot, zi + bulge - line, di, lam).max()
    else:
        srim = ((zi + bulge - hrs) / (dtot - di)).max()
        db = (hrs - hts + srim * dtot) / (stim + srim)
        line = (hts * (dtot - db) + hrs * db) / dtot
        nu = nu_of(dtot, hts + stim * db - line, db, lam)
    loss = knife(nu)
    return loss + (1 - exp(-loss / 6)) * (10 + 0.02 * dtot)


def first_term(d, ht, hr, a, f, vertical, omega):
    def ground(eps, sigma):
        wet = (18 * sigma / f) ** 2
        k = 0.036 * (a * f) ** (-1 / 3) * ((eps - 1) ** 2 + wet) ** -0.25
        k *= (eps**2 + wet) ** 0.5 if vertical else 1
        b = (1 + 1.6 * k**2 + 0.67 * k**4) / (1 + 4.5 * k**2 + 1.53 * k**4)
        x = 21.88 * b * (f / a**2) ** (1 / 3) * d
        if x >= 1.6:
            fx = 11 + 10 * log10(x) - 17.6 * x
        else:
            fx = -20 * log10(x) - 5.6488 * x**1.425

        def gain(h):
            y = b * 0.9575 * b * (f**2 / a) ** (1 / 3) * h
            if y > 2:
                g = 17.6 * sqrt(y - 1.1) - 5 * log10(y - 1.1) - 8
            else:
                g = 20 * log10(y + 0.1 * y**3)
            return max(g, 2 + 20 * log10(k))

        return -fx - gain(ht) - gain(hr)

    return omega * ground(80, 5) + (1 - omega) * ground(22, 0.003)


def sphere(d, ht, hr, ap, lam, ground):
    dlos = sqrt(2 * ap) * (sqrt(0.001 * ht) + sqrt(0.001 * hr))
    if d >= dlos:
        return first_term(d, ht, hr, ap, *ground)
    c, m = (ht - hr) / (ht + hr), 250 * d**2 / (ap * (ht + hr))
    turn = np.arccos(3 * c / 2 * sqrt(3 * m / (m + 1) ** 3))
    b = 2 * sqrt((m + 1) / (3 * m)) * np.cos(np.pi / 3 + turn / 3)
    d1 = d / 2 * (1 + b)
    d2 = d - d1
    hse = ((ht - 500 * d1**2 / ap) * d2 + (hr - 500 * d2**2 / ap) * d1) / d
    needed = 17.456 * sqrt(d1 * d2 * lam / d)
    if hse > needed:
        return 0.0
    aem = 500 * (d / (sqrt(ht) + sqrt(hr))) ** 2
    return (1 - hse / needed) * max(first_term(d, ht, hr, aem, *ground), 0)


def p1812(path: Path) -> dict[str, float]:
    """All results of a path by the symbols of the Recommendation."""
    d, h, f, p = path.d, path.h, path.f, path.p
    dtot, di, hi = d[-1], d[1:-1], h[1:-1]
    lam = 0.2998 / f
    ae, ab = 6371 * 157 / (157 - path.dn), 6371 * 3.0
    b0, tau, dtm, dlm, omega = beta0(path, d)
    hts, hrs = h[0] + path.htg, h[-1] + path.hrg
    # Smooth earth
    base = h if path.smooth_h is None else path.smooth_h
    step = np.diff(d)
    v1 = (step * (base[1:] + base[:-1])).sum()
    later = base[1:] * (2 * d[1:] + d[:-1]) + base[:-1] * (d[1:] + 2 * d[:-1])
    v2 = (step * later).sum()
    hst, hsr = (2 * v1 * dtot - v2) / dtot**2, (v2 - v1 * dtot) / dtot**2
    over = base[1:-1] - (hts * (dtot - di) + hrs * di) / dtot
    hstd, hsrd = hst, hsr
    if over.max() > 0:
        at, ar = (over / di).max(), (over / (dtot - di)).max()
        hstd, hsrd = (
            hst - over.max() * at / (at + ar),
            hsr - over.max() * ar / (at + ar),
        )
    hstd, hsrd = min(hstd, h[0]), min(hsrd, h[-1])
    # Horizons
    theta = 1000 * arctan((hi - hts) / (1000 * di) - di / (2 * ae))
    theta_td = 1000 * arctan((hrs - hts) / (1000 * dtot) - dtot / (2 * ae))
    theta_rd = 1000 * arctan((hts - hrs) / (1000 * dtot) - dtot / (2 * ae))
    rest = dtot - di
    if theta.max() > theta_td:
        back = 1000 * arctan((hi - hrs) / (1000 * rest) - rest / (2 * ae))
        theta_t, theta_r = theta.max(), back.max()
        lt = 1 + int(theta.argmax())
        lr = len(d) - 2 - int(back[::-1].argmax())
    else:
        theta_t, theta_r = theta_td, theta_rd
        line = (hts * rest + hrs * di) / dtot
        nu = nu_of(dtot, hi + 500 * di * rest / ae - line, di, lam)
        lt = lr = len(d) - 2 - int(nu[::-1].argmax())
    dlt, dlr = d[lt], dtot - d[lr]
    theta_all = 1000 * dtot / ae + theta_t + theta_r
    hst2, hsr2 = min(hst, h[0]), min(hsr, h[-1])
    between = slice(min(lt, lr), max(lt, lr) + 1)
    hm = (base[between] - hst2 - (hsr2 - hst2) / dtot * d[between]).max()
    hte, hre = hts - hst2, hrs - hsr2
    # Line of sight, diffraction
    lbfs = 92.4 + 20 * log10(f) + 10 * log10(dtot**2 + ((hts - hrs) / 1000) ** 2)
    focus = 2.6 * (1 - exp(-0.1 * (dlt + dlr)))
    lb0p, lb0b = lbfs + focus * log10(p / 50), lbfs + focus * log10(b0 / 50)
    g = h + path.r
    g[[0, -1]] = h[[0, -1]]

    def diffraction(ap):
        ht, hr = hts - hstd, hrs - hsrd
        actual = bullington(d, g, hts, hrs, ap, lam)
        smooth = bullington(d, 0 * d, ht, hr, ap, lam)
        round_ = sphere(dtot, ht, hr, ap, lam, (f, path.vertical, omega))
        return actual + max(round_ - smooth, 0)

    ld50, ldb = diffraction(ae), diffraction(ab)
    fi = 0.0 if p == 50 else 1.0 if p <= b0 else inverse(p / 100) / inverse(b0 / 100)
    ldp = ld50 + fi * (ldb - ld50)
    lbd50, lbd = lbfs + ld50, lb0p + ldp
    # Troposcatter, ducting
    lbs = (
        190.1 + 25 * log10(f) - 2.5 * log10(f / 2) ** 2 + 20 * log10(dtot)
        + 0.573 * theta_all - 0.15 * path.n0 - 10.125 * log10(50 / p) ** 0.7
    )  # fmt: skip
    lba = ducting(path, locals())
    # Together
    fj = 1 - 0.5 * (1 + tanh(3.0 * 0.8 * (theta_all - 0.3) / 0.3))
    fk = 1 - 0.5 * (1 + tanh(3.0 * 0.5 * (dtot - 20) / 20))
    lminb0p = (
        lb0p + (1 - omega) * ldp
        if p < b0
        else lbd50 + (lb0b + (1 - omega) * ldp - lbd50) * fi
    )
    lminbap = 2.5 * np.logaddexp(lba / 2.5, lb0p / 2.5)
    lbda = lminbap + (lbd - lminbap) * fk if lminbap <= lbd else lbd
    lbam = lbda + (lminb0p - lbda) * fj
    lbc = -5 / log(10) * np.logaddexp(-0.2 * log(10) * lbs, -0.2 * log(10) * lbam)
    lb = max(lb0p, lbc)
    kept = {k: v for k, v in locals().items() if np.ndim(v) == 0}
    return {k: float(v) for k, v in kept.items() if isinstance(v, int | float)}


def ducting(path: Path, v: dict) -> float:
    f, p, d, ae = path.f, path.p, v["dtot"], v["ae"]

    def shield(theta, dl):
        over = theta - 0.1 * dl
        if over <= 0:
            return 0.0
        bend = 20 * log10(1 + 0.361 * over * sqrt(f * dl))
        return bend + 0.264 * over * f ** (1 / 3)

    def coast(dc, dl, h):
        if v["omega"] >= 0.75 and dc <= dl and dc <= 5:
            return -3 * exp(-0.25 * dc**2) * (1 + tanh(0.07 * (50 - h)))
        return 0.0

    alf = 45.375 - 137 * f + 92.5 * f**2 if f < 0.5 else 0.0
    af = 102.45 + 20 * log10(f) + 20 * log10(v["dlt"] + v["dlr"]) + alf
    af += shield(v["theta_t"], v["dlt"]) + shield(v["theta_r"], v["dlr"])
    af += coast(path.dct, v["dlt"], v["hts"]) + coast(path.dcr, v["dlr"], v["hrs"])
    gamma_d = 5e-5 * ae * f ** (1 / 3)
    angle = 1000 * d / ae + min(v["theta_t"], 0.1 * v["dlt"])
    angle += min(v["theta_r"], 0.1 * v["dlr"])
    mu3 = 1.0
    if v["hm"] > 10:
        di = min(d - v["dlt"] - v["dlr"], 40)
        mu3 = exp(-4.6e-5 * (v["hm"] - 10) * (43 + 6 * di))
    alpha = max(-0.6 - 3.5e-9 * d**3.1 * v["tau"], -3.4)
    spread = d**2 / (sqrt(v["hte"]) + sqrt(v["hre"])) ** 2
    mu2 = min((500 / ae * spread) ** alpha, 1)
    beta = maximum(v["b0"] * mu2 * mu3, 1e-30)
    lb = log10(beta)
    gamma = 1.076 / (2.0058 - lb) ** 1.012
    gamma *= exp(-(9.51 - 4.8 * lb + 0.198 * lb**2) * 1e-6 * d**1.13)
    ap = -12 + (1.2 + 3.7e-3 * d) * log10(p / beta) + 12 * (p / beta) ** gamma
    return af + gamma_d * angle + ap
