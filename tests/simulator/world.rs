//! One process in one world: drives the core's operations as the package's `run.js` does.

use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, VecDeque};
use std::sync::Arc as Rc;

use fastrand::Rng;
use lakebase_credentials::clock::Now;
use lakebase_credentials::error::Error;
use lakebase_credentials::fields::Fields;
use lakebase_credentials::http::{Outcome, Request};
use lakebase_credentials::identity::WorkspaceToken;
use lakebase_credentials::json::Value;
use lakebase_credentials::lifetime::{ASSUMED, Credential, LONGEST};
use lakebase_credentials::operation::{Input, Notice, Operation, Output, Platform, Step};
use lakebase_credentials::planner::RETRY_AFTER_MAX;
use lakebase_credentials::secret::Secret;
use lakebase_credentials::session::{Provider, Session};
use lakebase_credentials::target::Target;
use lakebase_credentials::token::{Slot, Token};

use crate::checker::{Ask, Checker, Held};
use crate::plan::{Edge, Plan, Sabotage};
use crate::stats::Stats;
use crate::time::Time;
use crate::weather::exponential;
use crate::workspace::{Answer, CLIENT_ID, CLIENT_SECRET, ID, READY_TOKEN, Workspace, route, target_key};

type TaskId = u64;

/// What a task is for.
enum Role {
    /// A caller that wants a token of a provider's.
    Caller(Ask),
    /// A caller of anything else; the deadline.
    Other(u64),
    /// A flight of this number for this slot.
    Flight(u32, u64),
}

/// An operation that is being driven.
struct Task {
    operation: Operation,
    role: Role,
    /// The request of the runtime that began it.
    context: u64,
    /// Counts its waits: a wake for an earlier one is stale.
    wait: u64,
    joiners: Vec<(TaskId, u64)>,
    /// The runtime has stopped it; perhaps it goes on later, with what came in between.
    stopped: bool,
    missed: Option<Wake>,
    /// What the checker wants to know.
    sends: u32,
    /// Until when `Retry-After` holds.
    not_before: u64,
    answer: Option<Answer>,
    sent: Now,
    lifetime: u64,
}

/// What ends a wait.
enum Wake {
    Timer,
    Ended,
    Outcome(Answer, Outcome),
}

enum Event {
    Arrive,
    Wake(TaskId, u64, Wake),
    /// A request reaches the workspace.
    Handle {
        task: TaskId,
        wait: u64,
        request: Rc<Request>,
        bearer: Option<Rc<Token>>,
    },
    Abort(TaskId),
    /// A request of the runtime ends.
    End(u64),
    Thaw(TaskId),
    Invalidate(usize, String),
    Sleep,
    Jump,
}

struct Entry(Reverse<(u64, u64)>, Event);

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl Eq for Entry {}
impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Entry {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}

pub(crate) struct World {
    plan: Plan,
    rng: Rng,
    time: Time,
    queue: BinaryHeap<Entry>,
    serial: u64,
    session: Rc<Session>,
    providers: Vec<Rc<Provider>>,
    pub(crate) workspace: Workspace,
    tasks: HashMap<TaskId, Task>,
    /// The last flight of each slot, and whether waiting for it is an error.
    flights: HashMap<u32, TaskId>,
    checker: Checker,
    pub(crate) stats: Stats,
    pub(crate) trace: Option<VecDeque<String>>,
}

macro_rules! trace {
    ($world:expr, $($words:tt)*) => {
        if let Some(trace) = &mut $world.trace {
            if trace.len() > 400 {
                trace.pop_front();
            }
            trace.push_back(format!("{:>12} {}", $world.time.elapsed, format!($($words)*)));
        }
    };
}

fn options<const N: usize>(members: [(&str, Value); N]) -> Value {
    Value::object(members)
}

fn targets() -> [Value; 4] {
    let text = |text: &str| Value::from(text);
    let claim = options([("permissionSet", text("READ_ONLY"))]);
    [
        options([("instance", text("orders"))]),
        options([
            ("endpoint", text("projects/shop/branches/main/endpoints/primary")),
            ("ttl", Value::Number(900.0)),
        ]),
        options([("instance", text("billing"))]),
        options([("instance", text("orders")), ("claims", Value::Array(vec![claim]))]),
    ]
}

impl World {
    pub(crate) fn new(plan: Plan) -> Self {
        let host = Value::from(&*format!("adb.example/?o={ID}"));
        let timeout = Value::Number(f64::from(u32::try_from(plan.request_timeout).unwrap()));
        let identity = if plan.ready_token {
            options([("host", host), ("requestTimeout", timeout), ("token", Value::from(READY_TOKEN))])
        } else {
            options([
                ("host", host),
                ("requestTimeout", timeout),
                ("clientId", Value::from(CLIENT_ID)),
                ("clientSecret", Value::from(CLIENT_SECRET)),
            ])
        };
        let session = Rc::new(Session::from_options(&Fields::of(Some(&identity)).unwrap()).unwrap());
        let mut checker = Checker::default();
        checker.add_slot(None);
        let mut providers = Vec::new();
        for options in &targets()[..plan.providers] {
            let target = Target::of_provider(&Fields::of(Some(options)).unwrap()).unwrap();
            checker.add_slot(Some(target_key(&target)));
            providers.push(Rc::new(Provider::new(&session, target)));
        }
        let mut world = Self {
            rng: Rng::with_seed(plan.seed ^ 0x5eed),
            time: Time::new(plan.wall_error),
            queue: BinaryHeap::new(),
            serial: 0,
            session,
            providers,
            workspace: Workspace::new(plan.climate, plan.life, plan.token_life),
            tasks: HashMap::new(),
            flights: HashMap::new(),
            checker,
            stats: Stats::default(),
            trace: None,
            plan,
        };
        world.at(0, Event::Arrive);
        for (mean, event) in [(world.plan.sleeps, Event::Sleep), (world.plan.jumps, Event::Jump)] {
            if mean > 0 {
                let at = exponential(mean, &mut world.rng);
                world.at(at, event);
            }
        }
        world
    }

    /// Runs to the end, or to the first violation.
    pub(crate) fn run(&mut self) -> Result<(), String> {
        while let Some(Entry(Reverse((at, _)), event)) = self.queue.pop() {
            self.time.elapsed = at;
            self.handle(event);
            if let Some(violation) = &self.checker.violation {
                return Err(format!("{violation} (at {at} ms)"));
            }
        }
        // Nothing is left to happen, so nobody may be left waiting.
        let forgotten: Vec<Ask> = self
            .tasks
            .values()
            .filter_map(|task| match &task.role {
                Role::Caller(ask) if !task.stopped => Some(*ask),
                _ => None,
            })
            .collect();
        for ask in forgotten {
            self.checker.forgotten(&ask, u64::MAX);
        }
        self.stats.virtual_ms += self.time.truth();
        self.checker.violation.clone().map_or(Ok(()), Err)
    }

    fn at(&mut self, at: u64, event: Event) {
        self.serial += 1;
        self.queue.push(Entry(Reverse((at, self.serial)), event));
    }

    fn after(&mut self, ms: u64, event: Event) {
        self.at(self.time.elapsed + ms, event);
    }

    fn sabotaged(&mut self, sabotage: Sabotage) -> bool {
        self.plan.sabotage == Some(sabotage) && self.rng.u8(0..4) == 0
    }

    /// The moment, as the shell reads it.
    fn now(&mut self) -> Now {
        let mut now = self.time.now();
        if self.plan.sabotage == Some(Sabotage::SleepUncounted) {
            now.leap = 0;
        }
        now
    }

    fn handle(&mut self, event: Event) {
        match event {
            Event::Arrive => self.arrive(),
            Event::Wake(task, wait, wake) => self.wake(task, wait, wake),
            Event::Handle { task, wait, request, bearer } => {
                self.answer(task, wait, &request, bearer.as_deref())
            }
            Event::Abort(task) => {
                if self.tasks.remove(&task).is_some() {
                    trace!(self, "caller {task} gives up");
                    self.stats.aborted += 1;
                }
            }
            Event::End(context) => self.end(context),
            Event::Thaw(task) => {
                let Some(known) = self.tasks.get_mut(&task) else { return };
                known.stopped = false;
                let (wait, missed) = (known.wait, known.missed.take());
                trace!(self, "task {task} goes on");
                if let Some(wake) = missed {
                    self.wake(task, wait, wake);
                }
            }
            Event::Invalidate(index, text) => self.invalidate(index, &text),
            Event::Sleep => {
                let ms = [1_500, 30_000, 600_000, 2 * 3_600_000, 9 * 3_600_000][self.rng.usize(0..5)];
                trace!(self, "the machine sleeps for {ms} ms");
                self.time.sleep(ms);
                self.disturb_and_repeat(self.plan.sleeps, Event::Sleep);
            }
            Event::Jump => {
                let ms =
                    [-7_200_000, -60_000, -3_000, -900, 900, 3_000, 60_000, 7_200_000][self.rng.usize(0..8)];
                trace!(self, "the wall clock jumps by {ms} ms");
                self.time.wall_error += ms;
                self.disturb_and_repeat(self.plan.jumps, Event::Jump);
            }
        }
    }

    fn disturb_and_repeat(&mut self, mean: u64, event: Event) {
        // A sleep and a clock set back by as much, with no look at the clocks between, is nothing that one could see.
        self.now();
        self.checker.disturb(self.time.elapsed);
        let next = self.time.elapsed + 1 + exponential(mean, &mut self.rng);
        if next < self.plan.length {
            self.at(next, event);
        }
    }

    fn arrive(&mut self) {
        for _ in 0..self.plan.burst {
            self.caller();
        }
        let next = self.time.elapsed + 1 + exponential(self.plan.gap * self.plan.burst as u64, &mut self.rng);
        if next < self.plan.length {
            self.at(next, Event::Arrive);
        }
    }

    fn caller(&mut self) {
        let now = self.now();
        let index = self.rng.usize(0..self.providers.len());
        let provider = Rc::clone(&self.providers[index]);
        let timeout = [30_000, 30_000, 30_000, 30_000, 120_000, 5_000, 300, 1][self.rng.usize(0..8)];
        let deadline = now.elapsed + timeout;
        self.stats.callers += 1;
        let (operation, role) = match self.rng.u8(0..50) {
            0 => {
                let id = format!("id-{}", self.rng.u32(..));
                (
                    Operation::generate(&self.session, provider.target.clone(), id, deadline),
                    Role::Other(deadline),
                )
            }
            1 => (Operation::describe(&self.session, "orders", deadline), Role::Other(deadline)),
            _ => {
                let min_remaining = match self.rng.u8(0..10) {
                    0 => Some(0),
                    1 => Some(self.rng.u64(0..60_000)),
                    2 => Some(
                        self.rng.u64(0..self.plan.life * 11 / 10).min(provider.target.longest_life() - 1),
                    ),
                    _ => None,
                };
                let ask = Ask { slot: provider.slot.serial, min_remaining, arrived: now.elapsed, deadline };
                (Operation::acquire(&self.session, provider, min_remaining, deadline), Role::Caller(ask))
            }
        };
        self.serial += 1;
        let context = self.serial;
        let task = self.spawn(operation, role, context);
        trace!(self, "caller {task} comes with {timeout} ms");
        if self.rng.f64() < self.plan.ends_early {
            let ms = exponential(400, &mut self.rng);
            self.after(ms, Event::End(context));
        }
        if self.rng.f64() < self.plan.aborts {
            let ms = exponential(300, &mut self.rng);
            self.after(ms, Event::Abort(task));
        }
        self.drive(task, Input::None);
        if let Some(Task { role: Role::Caller(ask), .. }) = self.tasks.get(&task) {
            let ask = *ask;
            self.checker.waits(&ask, &now);
        }
    }

    fn spawn(&mut self, operation: Operation, role: Role, context: u64) -> TaskId {
        self.serial += 1;
        let task = Task {
            operation,
            role,
            context,
            wait: 0,
            joiners: Vec::new(),
            stopped: false,
            missed: None,
            sends: 0,
            not_before: 0,
            answer: None,
            sent: Now::default(),
            lifetime: 0,
        };
        self.tasks.insert(self.serial, task);
        self.serial
    }

    /// Ends the wait of a task, if it is still in that wait.
    fn wake(&mut self, id: TaskId, wait: u64, wake: Wake) {
        let Some(task) = self.tasks.get_mut(&id).filter(|task| task.wait == wait) else { return };
        if task.stopped {
            task.missed.get_or_insert(wake);
            return;
        }
        let input = match wake {
            Wake::Timer => Input::None,
            Wake::Ended => Input::Lost,
            Wake::Outcome(answer, outcome) => {
                self.received(id, answer, &outcome);
                Input::Outcome(outcome)
            }
        };
        if let Input::Outcome(_) = input
            && matches!(self.tasks.get(&id), Some(Task { role: Role::Flight(..), answer: Some(answer), .. })
                if !matches!(answer, Answer::Token(_)))
            && self.sabotaged(Sabotage::ForgetFailure)
        {
            return;
        }
        self.drive(id, input);
    }

    /// Notes what an answer says before the core judges it.
    fn received(&mut self, id: TaskId, answer: Answer, outcome: &Outcome) {
        let now = self.now();
        let Some(task) = self.tasks.get_mut(&id) else { return };
        if let (Answer::Token(number), Outcome::Response(response)) = (&answer, outcome) {
            let longest = match &task.role {
                Role::Flight(slot, _) if *slot > 0 => {
                    self.providers[*slot as usize - 1].target.longest_life()
                }
                _ => LONGEST,
            };
            let issued = &mut self.workspace.issued[*number];
            // Where the workspace's clock is no help, a local clock that is behind makes tokens seem to live longer,
            // and one that is far ahead leaves an assumption.
            let error = self.time.wall_error;
            issued.honest &= issued
                .undated
                .is_none_or(|life| error >= 0 && (error.cast_unsigned() < life || life >= ASSUMED));
            if !issued.plain {
                self.checker.disturb(now.elapsed);
            }
            task.lifetime = if issued.key.is_some() {
                Credential::from_response(response, now.wall, longest).unwrap().lifetime
            } else {
                let lifetime = WorkspaceToken::from_response(response).unwrap().lifetime;
                lifetime.unwrap_or(ASSUMED).min(LONGEST)
            };
        } else {
            self.checker.disturb(now.elapsed);
        }
        if let Answer::Trouble(Some(ms)) = answer {
            task.not_before = now.elapsed + ms.min(RETRY_AFTER_MAX);
        }
        task.answer = Some(answer);
    }

    /// Drives a task until it waits or ends.
    fn drive(&mut self, id: TaskId, mut input: Input) {
        loop {
            let now = self.now();
            let Some(mut task) = self.tasks.remove(&id) else { return };
            let failed = RefCell::new(None);
            let texts = RefCell::new(Vec::new());
            let result = {
                let rng = RefCell::new(&mut self.rng);
                let platform = Platform {
                    now,
                    random: &|| rng.borrow_mut().f64(),
                    request_id: &|| format!("id-{}", rng.borrow_mut().u32(..)),
                    notify: &|notice| match notice {
                        Notice::Failed { error, .. } => *failed.borrow_mut() = Some(error.clone()),
                        Notice::Retry { error, .. } => texts.borrow_mut().push(error.message.clone()),
                        _ => {}
                    },
                };
                task.operation.step(core::mem::replace(&mut input, Input::None), &platform)
            };
            for text in texts.take() {
                self.checker.check_text(&text);
            }
            let context = task.context;
            task.wait += 1;
            self.tasks.insert(id, task);
            self.look_for_dropped();
            match result {
                Ok(Step::Launch(operation)) => self.launch(*operation, context),
                Ok(Step::Send { request, token, timeout }) => return self.send(id, request, token, timeout),
                Ok(Step::Join { slot, ms, .. }) => return self.join(id, slot, ms),
                Ok(Step::Sleep(ms)) => {
                    let ms = if self.sabotaged(Sabotage::NoPause) { 0 } else { ms };
                    trace!(self, "task {id} sleeps for {ms} ms");
                    return self.wake_after(id, ms, Wake::Timer);
                }
                Ok(Step::Ask(_)) => panic!("these identities need nobody's word"),
                Ok(Step::Done(output)) => return self.done(id, &now, Ok(output), failed.take()),
                Err(error) => return self.done(id, &now, Err(error), failed.take()),
            }
        }
    }

    fn wake_after(&mut self, id: TaskId, ms: u64, wake: Wake) {
        let Some(task) = self.tasks.get(&id) else { return };
        let wait = task.wait;
        self.after(ms, Event::Wake(id, wait, wake));
    }

    fn launch(&mut self, operation: Operation, context: u64) {
        let (slot, flight) = operation.flight().expect("only flights are launched");
        let slot = slot.serial;
        let id = self.spawn(operation, Role::Flight(slot, flight), context);
        trace!(self, "flight {flight} of slot {slot} begins as task {id}");
        self.stats.flights += 1;
        self.checker.began(slot, id, self.time.elapsed);
        self.flights.insert(slot, id);
        self.drive(id, Input::None);
    }

    fn join(&mut self, id: TaskId, slot: u32, ms: u64) {
        let flight = self.flights.get(&slot).copied().unwrap_or_default();
        let wait = self.tasks.get(&id).map_or(0, |task| task.wait);
        let lost = self.sabotaged(Sabotage::CryLost);
        match self.tasks.get_mut(&flight) {
            Some(task) if !(lost || task.stopped && self.plan.edge == Edge::Rejects) => {
                task.joiners.push((id, wait));
            }
            _ => return self.wake_after(id, 0, Wake::Ended),
        }
        trace!(self, "task {id} joins slot {slot} for {ms} ms");
        if !self.sabotaged(Sabotage::JoinForEver) {
            self.wake_after(id, ms, Wake::Timer);
        }
    }

    fn send(&mut self, id: TaskId, request: Rc<Request>, bearer: Option<Rc<Token>>, timeout: u64) {
        let now = self.now();
        let delay = if self.sabotaged(Sabotage::SendLate) { 1_800_000 } else { 0 };
        let number = bearer.as_ref().and_then(|token| self.workspace.find(token.secret.expose()));
        let Some(task) = self.tasks.get_mut(&id) else { return };
        task.sends += 1;
        task.sent = now;
        let (wait, sends, not_before) = (task.wait, task.sends, task.not_before);
        let known = number.map(|number| &self.workspace.issued[number]);
        self.checker.sent(sends, not_before, now.elapsed + delay, self.time.truth() + delay, known);
        trace!(self, "task {id} asks {}", route(&request));
        self.stats.requests += 1;
        let way = self.way();
        self.after(way, Event::Handle { task: id, wait, request, bearer });
        self.after(timeout, Event::Wake(id, wait, Wake::Outcome(Answer::Silence, Outcome::TimedOut)));
    }

    /// How long a message is on its way.
    fn way(&mut self) -> u64 {
        match self.rng.u8(0..20) {
            0 => self.rng.u64(1_000..4_500),
            1..=3 => self.rng.u64(150..1_000),
            _ => self.rng.u64(10..150),
        }
    }

    /// The workspace answers a request.
    fn answer(&mut self, id: TaskId, wait: u64, request: &Request, bearer: Option<&Token>) {
        let (answer, outcome) = self.workspace.handle(request, bearer, self.time.truth(), &mut self.rng);
        trace!(self, "task {id} will be answered {answer:?}");
        if answer != Answer::Silence {
            let way = self.way();
            self.after(way, Event::Wake(id, wait, Wake::Outcome(answer, outcome)));
        }
    }

    /// A task has ended.
    fn done(&mut self, id: TaskId, now: &Now, result: Result<Output, Error>, failed: Option<Error>) {
        let Some(task) = self.tasks.remove(&id) else { return };
        for (joiner, wait) in &task.joiners {
            self.after(0, Event::Wake(*joiner, *wait, Wake::Ended));
        }
        match task.role {
            Role::Flight(slot, flight) => self.flown(id, &task, slot, flight, failed),
            Role::Caller(ask) => self.answered(id, &ask, now, result),
            Role::Other(deadline) => {
                let ask = Ask { slot: 0, min_remaining: Some(u64::MAX), arrived: deadline, deadline };
                if let Err(error) = result {
                    self.checker.refused(&ask, &error, now, false);
                }
            }
        }
    }

    fn flown(&mut self, id: TaskId, task: &Task, slot: u32, flight: u64, failed: Option<Error>) {
        let held = self.slot(slot).with(|planner| planner.held().cloned());
        let number = held.and_then(|token| self.workspace.find(token.secret.expose()));
        let before = self.checker.book(slot).held.map(|held| held.number);
        let at = self.time.elapsed;
        trace!(self, "flight {flight} of slot {slot} ends: {:?} {failed:?}", task.answer);
        if number.is_some() && number != before {
            self.stats.landed += 1;
            let number = number.unwrap_or_default();
            self.checker.landed(slot, Held { number, flight, sent: task.sent, lifetime: task.lifetime });
            self.checker.ended(slot, id, at, None);
            self.stats.first_token.get_or_insert(self.time.truth());
        } else if let Some(error) = failed {
            self.checker.check_text(&error.message);
            self.checker.ended(slot, id, at, Some((&error, task.not_before)));
        } else if let Some(Answer::Token(number)) = task.answer {
            self.stats.late += 1;
            if self.sabotaged(Sabotage::LandLate) {
                self.land_late(slot, flight, number);
            }
        } else {
            // The flight of a workspace token tells nobody but its slot.
            let error = match task.answer {
                Some(Answer::Refusal | Answer::TokenRefused) => Error::argument("clientSecret", "is refused"),
                _ => Error::new(lakebase_credentials::Code::Network, "trouble"),
            };
            self.checker.ended(slot, id, at, Some((&error, task.not_before)));
        }
    }

    /// What [`Sabotage::LandLate`] does.
    fn land_late(&mut self, slot: u32, flight: u64, number: usize) {
        let now = self.now();
        let secret = Secret::new(self.workspace.issued[number].text.as_str());
        self.slot(slot).with(|planner| {
            let newest = planner.begin(&now, now.elapsed);
            let token = Rc::new(Token { secret, expires_at: 0 });
            planner.land(newest, &now, &now, ASSUMED, token, 0.0);
        });
        self.checker.landed(slot, Held { number, flight, sent: now, lifetime: ASSUMED });
    }

    fn answered(&mut self, id: TaskId, ask: &Ask, now: &Now, result: Result<Output, Error>) {
        let index = ask.slot as usize - 1;
        let sabotage = self.plan.sabotage;
        let result = match result {
            Ok(_) if self.sabotaged(Sabotage::Withhold) => {
                Err(Error::new(lakebase_credentials::Code::Timeout, ""))
            }
            Err(error) if sabotage == Some(Sabotage::HandOutHeld) => {
                let held = self.providers[index].slot.with(|planner| planner.held().cloned());
                held.map(Output::Token).ok_or(error)
            }
            Ok(_) if sabotage == Some(Sabotage::MixAnswers) => {
                let other = self.providers[0].slot.with(|planner| planner.held().cloned());
                Ok(other.map_or(Output::None, Output::Token))
            }
            result => result,
        };
        match result {
            Ok(Output::Token(token)) => {
                let text = token.secret.expose();
                let number = self.workspace.find(text);
                trace!(self, "caller {id} is served token {number:?}");
                self.stats.served += 1;
                self.checker.served(ask, number, &self.workspace.issued, now, self.time.truth());
                if self.rng.f64() < self.plan.refused {
                    let ms = exponential(300, &mut self.rng);
                    self.after(ms, Event::Invalidate(index, text.to_owned()));
                }
            }
            Ok(_) => {
                self.checker.violation = Some("an operation gave something else than a token".to_owned())
            }
            Err(error) => {
                trace!(self, "caller {id} is told {}: {}", error.code.as_str(), error.message);
                self.stats.count(&error);
                let min = ask.min_remaining.unwrap_or(0);
                let life = self.plan.life.min(self.providers[index].target.longest_life());
                let satisfiable = min < life / 2 && life >= 120_000 && self.plan.token_life >= 120_000;
                self.checker.refused(ask, &error, now, satisfiable);
            }
        }
    }

    fn slot(&self, serial: u32) -> &Slot {
        match serial {
            0 => &self.session.token,
            _ => &self.providers[serial as usize - 1].slot,
        }
    }

    /// A refused workspace token is dropped by the operation that used it.
    fn look_for_dropped(&mut self) {
        if self.checker.book(0).held.is_some() && self.session.token.with(|planner| planner.held().is_none())
        {
            self.checker.dropped(0, self.time.elapsed);
        }
    }

    /// The database refuses a token, and the caller says so.
    fn invalidate(&mut self, index: usize, text: &str) {
        let now = self.now();
        if self.sabotaged(Sabotage::KeepDropped) {
            return self.checker.dropped(self.providers[index].slot.serial, now.elapsed);
        }
        let slot = &self.providers[index].slot;
        if slot.invalidate(&now, text) {
            let serial = slot.serial;
            trace!(self, "a token of slot {serial} is dropped");
            self.stats.dropped += 1;
            self.checker.dropped(serial, now.elapsed);
        }
    }

    /// A request of the runtime ends, and what it began stops with it.
    fn end(&mut self, context: u64) {
        let mut ids: Vec<TaskId> = self
            .tasks
            .iter()
            .filter(|(_, task)| task.context == context && !task.stopped)
            .map(|(id, _)| *id)
            .collect();
        ids.sort_unstable();
        for id in ids {
            let Some(task) = self.tasks.get_mut(&id) else { continue };
            let Role::Flight(slot, flight) = task.role else {
                self.tasks.remove(&id);
                continue;
            };
            task.stopped = true;
            let joiners =
                if self.plan.edge == Edge::Rejects { core::mem::take(&mut task.joiners) } else { Vec::new() };
            trace!(self, "flight {flight} of slot {slot} is abandoned");
            self.stats.abandoned += 1;
            self.checker.abandoned(slot, id, self.time.elapsed);
            for (joiner, wait) in joiners {
                self.after(0, Event::Wake(joiner, wait, Wake::Ended));
            }
            if self.rng.f64() < self.plan.thaws {
                let ms = exponential(20_000, &mut self.rng);
                self.after(ms, Event::Thaw(id));
            }
        }
    }
}
